import { Button, Group, Text, Textarea, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type EscalationAct,
  type EscalationDetail,
  escalationTextLimit,
} from "../../../bots/http/contract/escalation.ts";
import { useNotify } from "../app/use-notify.ts";
import { readDraft, writeDraft } from "../ask/drafts.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./escalation-page.module.css";
import { refusalText } from "./refusal-text.ts";
import { useActOnEscalation } from "./use-escalations.ts";

type Action = EscalationDetail["actions"][number];
type FormKind = Exclude<Action, "acknowledge">;

const order: readonly Action[] = ["acknowledge", "answer", "comment", "resolve"];
const draftKey = (id: string, kind: string): string => `escalation.${id}.${kind}`;

/** What this person may do with the escalation now. Whatever changes meanwhile, what they typed stays. */
export function ActPanel({ escalation }: { readonly escalation: EscalationDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { say } = useNotify();
  const { escalationId, actions } = escalation;
  const act = useActOnEscalation(escalationId);
  const [open, setOpen] = useState<FormKind | null>(null);
  const send = (what: EscalationAct): void => {
    act.mutate(what, {
      onSuccess: () => {
        setOpen(null);
        writeDraft(draftKey(escalationId, what.kind), "");
        say({ message: t(`escalations.done.${what.kind}`) });
      },
    });
  };
  const offered = order.filter((action) => actions.includes(action));
  return (
    <section aria-labelledby="actions" className={classes["section"]}>
      <Title order={2} size="h3" id="actions">
        {t("escalations.actions")}
      </Title>
      {act.isError && (
        <p role="alert" className={classes["refused"]}>
          {t("escalations.failed")}. {refusalText(act.error, t, language)}
        </p>
      )}
      {offered.length === 0 && open === null && <p>{t("escalations.nothingToDo")}</p>}
      {open === null ? (
        <Group gap="xs" mt="sm">
          {offered.map((action) => (
            <Button
              key={action}
              variant={action === offered[0] ? "filled" : "default"}
              loading={act.isPending && act.variables.kind === action}
              disabled={act.isPending}
              onClick={() => {
                act.reset();
                if (action === "acknowledge") send({ kind: "acknowledge" });
                else setOpen(action);
              }}
            >
              {t(`escalations.action.${action}`)}
            </Button>
          ))}
        </Group>
      ) : (
        <ActForm
          key={open}
          escalationId={escalationId}
          kind={open}
          sending={act.isPending}
          onSend={send}
          onClose={() => {
            act.reset();
            setOpen(null);
          }}
        />
      )}
    </section>
  );
}

interface ActFormProps {
  readonly escalationId: string;
  readonly kind: FormKind;
  readonly sending: boolean;
  readonly onSend: (act: EscalationAct) => void;
  readonly onClose: () => void;
}

/** The words of a comment or an answer, or that it is meant. */
function ActForm({ escalationId, kind, sending, onSend, onClose }: ActFormProps) {
  const { t } = useTranslation();
  const key = draftKey(escalationId, kind);
  const [text, setText] = useState(() => readDraft(key));
  const written = kind !== "resolve";
  const tooLong = text.trim().length > escalationTextLimit;
  const blocked = sending || (written && (text.trim() === "" || tooLong));
  const send = (): void => {
    if (!blocked) onSend(written ? { kind, text: text.trim() } : { kind });
  };
  return (
    <div
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          onClose();
        } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
      }}
    >
      <Text my="xs">{t(`escalations.panel.${kind}`)}</Text>
      {written && (
        <Textarea
          label={t(`escalations.field.${kind}`)}
          value={text}
          autosize
          minRows={kind === "answer" ? 6 : 3}
          maxRows={24}
          autoFocus
          error={tooLong ? t("approvals.tooLong", { limit: escalationTextLimit }) : undefined}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setText(value);
            writeDraft(key, value);
          }}
        />
      )}
      <Group gap="xs" mt="sm">
        <Button disabled={blocked} loading={sending} autoFocus={!written} onClick={send}>
          {t(`escalations.confirm.${kind}`)}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("app.cancel")}
        </Button>
      </Group>
    </div>
  );
}
