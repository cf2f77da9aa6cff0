import classes from "./help-note.module.css";

interface HelpNoteProps {
  readonly title: string;
  readonly children: string;
}

/** Help in the place where it is needed, opened by whoever wants it. */
export function HelpNote({ title, children }: HelpNoteProps) {
  return (
    <details className={classes["help"]}>
      <summary>{title}</summary>
      <p>{children}</p>
    </details>
  );
}
