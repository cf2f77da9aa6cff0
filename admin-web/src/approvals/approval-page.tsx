import { Button, Container, Skeleton, Stack, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { ApprovalDetail } from "../../../bots/http/contract/approval.ts";
import { AnswerText, preloadAnswerText } from "../answer/answer-text-loader.ts";
import { SourceList } from "../answer/source-list.tsx";
import { isFailure } from "../api/http-client.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import { ApprovalFacts } from "./approval-facts.tsx";
import classes from "./approval-page.module.css";
import { DecisionPanel } from "./decision-panel.tsx";
import { refusalText } from "./refusal-text.ts";
import { useApproval } from "./use-approvals.ts";

/** One approval, by its address. */
export default function ApprovalPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { approvalId = "" } = useParams();
  const approval = useApproval(approvalId);
  useEffect(preloadAnswerText, []);
  if (approval.data !== undefined) return <Shown key={approvalId} approval={approval.data} />;
  if (approval.isError) {
    if (isFailure(approval.error, "not_found", "invalid_input", "forbidden")) {
      return <UnknownPage title={t("approvals.gone")} text={refusalText(approval.error, t, language)} />;
    }
    return (
      <Container size="xs" py={80}>
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(approval.error)}
          onRetry={() => void approval.refetch()}
        />
      </Container>
    );
  }
  return (
    <Stack className={classes["page"]} role="status" aria-label={t("app.loading")}>
      <Skeleton height={24} width="60%" />
      <Skeleton height={14} mt="lg" />
      <Skeleton height={14} width="70%" />
    </Stack>
  );
}

function Shown({ approval }: { readonly approval: ApprovalDetail }) {
  const { t } = useTranslation();
  const heading = usePageFocus(approval.question);
  const { answer, decided, language: lang } = approval;
  const sent = approval.state === "approved" || approval.state === "corrected";
  return (
    <div className={classes["page"]} data-testid="approval" data-state={approval.state}>
      <Button
        component={Link}
        to="/approvals"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("approvals.back")}
      </Button>
      <Title order={1} ref={heading} tabIndex={-1} lang={lang} className={classes["title"]}>
        {approval.question}
      </Title>
      {decided !== null && <DecidedNote decided={decided} />}
      <section aria-labelledby="draft" className={classes["draft"]}>
        <Title order={2} size="h3" id="draft">
          {t(sent ? "approvals.answerNow" : "approvals.draft")}
        </Title>
        {answer === null ? (
          <p>{t("approvals.noDraft")}</p>
        ) : (
          <>
            <div data-testid="draft-text">
              <Suspense fallback={<p>{answer.text}</p>}>
                <AnswerText text={answer.text} citations={answer.citations} lang={lang} />
              </Suspense>
            </div>
            <p className={classes["by"]}>
              {answer.answeredBy === "extractive"
                ? t("approvals.draftedBy.extractive")
                : answer.answeredBy === "human"
                  ? t("approvals.draftedBy.human")
                  : t("approvals.draftedBy.model", { name: answer.answeredBy })}
            </p>
            <SourceList turnId={approval.turnId} citations={answer.citations} />
          </>
        )}
      </section>
      <DecisionPanel approval={approval} />
      <ApprovalFacts approval={approval} />
    </div>
  );
}

/** Who decided, and when: also to whoever comes late, while they look at it. */
function DecidedNote({ decided }: { readonly decided: NonNullable<ApprovalDetail["decided"]> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className={classes["decided"]} role="status" data-testid="decided">
      <p>
        {t(`approvals.decidedBy.${decided.kind}`, {
          name: decided.by,
          when: shortDate(decided.at, language),
        })}
      </p>
      {decided.reason !== null && <p>{t("approvals.reasonGiven", { reason: decided.reason })}</p>}
    </div>
  );
}
