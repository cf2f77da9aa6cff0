import { Button, Group, Kbd, Switch, Text, Title } from "@mantine/core";
import { useHotkeys, useLocalStorage } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApprovalDetail } from "../../../bots/http/contract/approval.ts";
import { ApiFailure } from "../api/http-client.ts";
import { useNotify } from "../app/use-notify.ts";
import { writeDraft } from "../ask/drafts.ts";
import { useSourceAddress } from "../citations/source-address.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./approval-page.module.css";
import { draftKey, type FormKind, DecisionForm } from "./decision-form.tsx";
import { refusalText } from "./refusal-text.ts";
import { SignInAgain } from "./sign-in-again.tsx";
import { type Act, useAct } from "./use-approvals.ts";

type Action = ApprovalDetail["actions"][number];

/** One key for each action; they can be switched off. */
const keys: Readonly<Record<Action, string>> = {
  approve: "a",
  edit: "e",
  correct: "c",
  reject: "r",
  take_over: "t",
  escalate: "s",
  undo: "u",
};
const order: readonly Action[] = ["approve", "edit", "correct", "reject", "take_over", "escalate", "undo"];

const needsSignIn = (error: unknown): boolean =>
  error instanceof ApiFailure && error.facts["reason"] === "approval_sign_in";

/** What this person may do with the approval now. Whatever changes meanwhile, what they typed stays. */
export function DecisionPanel({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { say } = useNotify();
  const { approvalId, actions } = approval;
  const act = useAct(approvalId);
  const source = useSourceAddress();
  const [open, setOpen] = useState<{ readonly kind: FormKind; readonly revision: number } | null>(null);
  const [unsigned, setUnsigned] = useState<Act | null>(null);
  const [shortcuts, setShortcuts] = useLocalStorage({ key: "the-expert.shortcuts", defaultValue: true });

  const send = (what: Act): void => {
    act.mutate(what, {
      onSuccess: (after) => {
        const agreed = what.kind === "approve" || what.kind === "edit" || what.kind === "correct";
        const counted = agreed && after.decided === null;
        setOpen(null);
        setUnsigned(null);
        writeDraft(draftKey(approvalId, what.kind), "");
        say({ message: t(`approvals.done.${counted ? "counted" : what.kind}`) });
      },
      onError: (error) => {
        if (needsSignIn(error)) setUnsigned(what);
      },
    });
  };
  const choose = (action: Action): void => {
    if (!actions.includes(action) || act.isPending || open !== null) return;
    act.reset();
    if (action === "approve") send({ kind: "approve", revision: approval.revision });
    else setOpen({ kind: action, revision: approval.revision });
  };
  // A key pressed while reading a source beside the page decides nothing.
  const listening = shortcuts && source === null && unsigned === null;
  useHotkeys(
    listening
      ? order.map((action): [string, () => void] => [
          keys[action],
          () => {
            choose(action);
          },
        ])
      : [],
  );

  const offered = order.filter((action) => actions.includes(action));
  const refused = act.isError && !needsSignIn(act.error) ? refusalText(act.error, t, language) : null;
  if (offered.length === 0 && open === null && refused === null) return null;
  return (
    <section aria-labelledby="decision" className={classes["decision"]}>
      <Title order={2} size="h3" id="decision">
        {t("approvals.actions")}
      </Title>
      {refused !== null && (
        <p role="alert" className={classes["refused"]}>
          {refused}
        </p>
      )}
      {open === null ? (
        <>
          <Group gap="xs" mt="sm">
            {offered.map((action) => (
              <Button
                key={action}
                variant={action === "approve" ? "filled" : "default"}
                loading={act.isPending && act.variables.kind === action}
                disabled={act.isPending}
                aria-keyshortcuts={shortcuts ? keys[action] : undefined}
                onClick={() => {
                  choose(action);
                }}
              >
                {t(`approvals.action.${action}`)}
              </Button>
            ))}
          </Group>
          {offered.length > 0 && (
            <details className={classes["shortcuts"]}>
              <summary>{t("approvals.shortcuts")}</summary>
              <Switch
                mt="xs"
                checked={shortcuts}
                onChange={(event) => {
                  setShortcuts(event.currentTarget.checked);
                }}
                label={t("approvals.shortcutsOn")}
              />
              <ul>
                {offered.map((action) => (
                  <li key={action}>
                    <Kbd>{keys[action].toUpperCase()}</Kbd> {t(`approvals.action.${action}`)}
                  </li>
                ))}
              </ul>
              <Text size="sm">{t("approvals.shortcutSend")}</Text>
            </details>
          )}
        </>
      ) : (
        <DecisionForm
          key={open.kind}
          approval={approval}
          kind={open.kind}
          revision={open.revision}
          sending={act.isPending}
          onRebase={() => {
            act.reset();
            setOpen({ ...open, revision: approval.revision });
          }}
          onSend={send}
          onClose={() => {
            act.reset();
            setOpen(null);
          }}
        />
      )}
      {unsigned !== null && (
        <SignInAgain
          onSignedIn={() => {
            send(unsigned);
          }}
          onClose={() => {
            setUnsigned(null);
          }}
        />
      )}
    </section>
  );
}
