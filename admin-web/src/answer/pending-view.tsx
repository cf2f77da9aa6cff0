import { IconHourglass } from "@tabler/icons-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { ReplyView, TurnView } from "../../../bots/http/contract/conversation.ts";
import { AnswerText } from "./answer-text-loader.ts";
import classes from "./approval-notes.module.css";
import { SourceList } from "./source-list.tsx";

interface PendingViewProps {
  readonly turn: TurnView;
  readonly reply: Extract<ReplyView, { kind: "pending" }>;
}

/** To the asker: who was asked, how far that has come, and the draft where the department shows it. */
export function PendingView({ turn, reply }: PendingViewProps) {
  const { t } = useTranslation();
  const { draft, language } = reply;
  const step = turn.progress?.step ?? "asked";
  const by = turn.progress?.by ?? null;
  return (
    <div data-testid="reply" data-kind="pending" data-step={step}>
      <section className={classes["pending"]} aria-label={t("approvals.pending.title")}>
        <IconHourglass size={20} stroke={1.7} aria-hidden />
        <div>
          <p lang={language}>{reply.text}</p>
          <p className={classes["step"]} role="status">
            {step === "taken_over" && by !== null
              ? t("approvals.pending.step.taken_over_by", { name: by })
              : t(`approvals.pending.step.${step}`)}
          </p>
        </div>
      </section>
      {draft !== undefined && (
        <section className={classes["draft"]} aria-label={t("approvals.pending.draft")}>
          <p className={classes["label"]}>{t("approvals.pending.draft")}</p>
          <Suspense fallback={<p>{draft.text}</p>}>
            <AnswerText text={draft.text} citations={draft.citations} lang={language} />
          </Suspense>
          <SourceList turnId={turn.id} citations={draft.citations} />
        </section>
      )}
    </div>
  );
}
