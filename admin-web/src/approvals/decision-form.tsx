import { Alert, Button, Group, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  answerLengthLimit,
  reasonLengthLimit,
  type ApprovalDetail,
} from "../../../bots/http/contract/approval.ts";
import { readDraft, writeDraft } from "../ask/drafts.ts";
import type { Act } from "./use-approvals.ts";

export type FormKind = Exclude<ApprovalDetail["actions"][number], "approve">;
type Written = "edit" | "correct" | "reject";

const isWritten = (kind: FormKind): kind is Written =>
  kind === "edit" || kind === "correct" || kind === "reject";
const limits: Readonly<Record<Written, number>> = {
  edit: answerLengthLimit,
  correct: answerLengthLimit,
  reject: reasonLengthLimit,
};

/** Where what was typed and not sent is kept in the browser. */
export const draftKey = (approvalId: string, kind: string): string => `approval.${approvalId}.${kind}`;

interface DecisionFormProps {
  readonly approval: ApprovalDetail;
  readonly kind: FormKind;
  /** The wording that the person had before them when they began. */
  readonly revision: number;
  readonly sending: boolean;
  readonly onRebase: () => void;
  readonly onSend: (act: Act) => void;
  readonly onClose: () => void;
}

/** What a decision needs: words, a reason, or that it is meant. */
export function DecisionForm({
  approval,
  kind,
  revision,
  sending,
  onRebase,
  onSend,
  onClose,
}: DecisionFormProps) {
  const { t } = useTranslation();
  const key = draftKey(approval.approvalId, kind);
  const [text, setText] = useState(() => {
    const kept = readDraft(key);
    return kept === "" && kind === "edit" ? (approval.answer?.text ?? "") : kept;
  });
  const written = isWritten(kind);
  const late = !approval.actions.includes(kind);
  const changed = !late && kind !== "escalate" && kind !== "undo" && approval.revision !== revision;
  const tooLong = written && text.trim().length > limits[kind];
  const missing = (kind === "edit" || kind === "correct") && text.trim() === "";
  const blocked = late || changed || tooLong || missing || sending;
  const send = (): void => {
    if (!blocked) onSend(asAct(kind, revision, text));
  };
  const close = (): void => {
    // What was begun is there again when the form is opened again.
    if (text === approval.answer?.text) writeDraft(key, "");
    onClose();
  };
  const destructive = kind === "reject" || kind === "undo";
  return (
    <div
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          close();
        } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
      }}
    >
      <Text my="xs">{t(`approvals.panel.${kind}`)}</Text>
      {late && (
        <Alert color="yellow" mb="sm" role="alert">
          {t("approvals.lateWhileYou")}
        </Alert>
      )}
      {changed && (
        <Alert color="yellow" mb="sm" role="alert">
          <p>{t("approvals.changedWhileYou")}</p>
          <Button size="compact-sm" variant="default" mt="xs" onClick={onRebase}>
            {t("approvals.rebase")}
          </Button>
        </Alert>
      )}
      {written && (
        <Textarea
          label={t(`approvals.field.${kind}`)}
          value={text}
          autosize
          minRows={kind === "reject" ? 2 : 6}
          maxRows={24}
          data-autofocus
          autoFocus
          error={tooLong ? t("approvals.tooLong", { limit: limits[kind] }) : undefined}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setText(value);
            writeDraft(key, value);
          }}
        />
      )}
      <Group gap="xs" mt="sm">
        <Button
          {...(destructive ? { color: "red" } : {})}
          disabled={blocked}
          loading={sending}
          autoFocus={!written}
          onClick={send}
        >
          {t(`approvals.confirm.${kind}`)}
        </Button>
        <Button variant="default" onClick={close}>
          {t("app.cancel")}
        </Button>
      </Group>
    </div>
  );
}

function asAct(kind: FormKind, revision: number, text: string): Act {
  switch (kind) {
    case "edit":
    case "correct":
      return { kind, revision, text };
    case "reject":
      return { kind, revision, reason: text.trim() === "" ? null : text };
    case "take_over":
      return { kind, revision };
    case "escalate":
    case "undo":
      return { kind };
  }
}
