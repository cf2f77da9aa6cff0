import classes from "./turn-view.module.css";

/** A calm sign of work with the step in words. */
export function ProgressNote({ text }: { readonly text: string }) {
  return (
    <p className={classes["progress"]}>
      <span className={classes["pulse"]} aria-hidden />
      <span key={text} className={classes["step"]}>
        {text}
      </span>
    </p>
  );
}
