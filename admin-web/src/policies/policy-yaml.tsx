import { Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./policies.module.css";

export interface PolicyYamlProps {
  readonly label: string;
  /** As it is kept. */
  readonly yaml: string;
  readonly onSave: (yaml: string) => void;
  /** What may be done with what is written: at least a button that submits. */
  readonly children: (yaml: string) => ReactNode;
}

/** A policy as text. */
export function PolicyYaml({ label, yaml: kept, onSave, children }: PolicyYamlProps) {
  const [yaml, setYaml] = useState(kept);
  return (
    <form
      className={classes["section"]}
      onSubmit={(event) => {
        event.preventDefault();
        onSave(yaml);
      }}
    >
      <Textarea
        label={label}
        value={yaml}
        autosize
        minRows={12}
        maxRows={40}
        spellCheck={false}
        styles={{ input: { fontFamily: "ui-monospace, monospace" } }}
        onChange={(event) => {
          setYaml(event.currentTarget.value);
        }}
      />
      {children(yaml)}
    </form>
  );
}
