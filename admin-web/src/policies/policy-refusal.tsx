import { Alert } from "@mantine/core";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import classes from "./policies.module.css";

/** Each field that is wrong, by its place in the policy; or what else went wrong. */
export function PolicyRefusal({ title, error }: { readonly title: string; readonly error: unknown }) {
  const failure = asFailure(error);
  const faults = Object.entries(failure.facts);
  return (
    <div className={classes["refusal"]}>
      {failure.code === "invalid_input" && faults.length > 0 ? (
        <Alert
          role="alert"
          color="red"
          variant="outline"
          title={title}
          styles={{ title: { color: "inherit" } }}
        >
          <ul className={classes["faults"]}>
            {faults.map(([field, fault]) => (
              <li key={field}>
                <code>{field}</code>: {String(fault)}
              </li>
            ))}
          </ul>
        </Alert>
      ) : (
        <FailureNote title={title} failure={failure} />
      )}
    </div>
  );
}
