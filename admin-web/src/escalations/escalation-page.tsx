import { Anchor, Button, Container, Group, Skeleton, Stack, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { EscalationDetail } from "../../../bots/http/contract/escalation.ts";
import { isFailure } from "../api/http-client.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { UnknownPage } from "../app/unknown-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { useLanguage } from "../locales/use-language.ts";
import { useCurrentSession } from "../session/session-gate.tsx";
import { ActPanel } from "./act-panel.tsx";
import { EscalationFacts } from "./escalation-facts.tsx";
import classes from "./escalation-page.module.css";
import { EscalationTimeline } from "./escalation-timeline.tsx";
import { LinkCard } from "./link-card.tsx";
import { refusalText } from "./refusal-text.ts";
import { SeverityBadge } from "./severity-badge.tsx";
import { useEscalation } from "./use-escalations.ts";

/** One escalation, by its address. */
export default function EscalationPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { escalationId = "" } = useParams();
  const escalation = useEscalation(escalationId);
  if (escalation.data !== undefined) return <Shown key={escalationId} escalation={escalation.data} />;
  if (escalation.isError) {
    if (isFailure(escalation.error, "not_found", "invalid_input", "forbidden")) {
      return <UnknownPage title={t("escalations.gone")} text={refusalText(escalation.error, t, language)} />;
    }
    return (
      <Container size="xs" py={80}>
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(escalation.error)}
          onRetry={() => void escalation.refetch()}
        />
      </Container>
    );
  }
  return (
    <Stack className={classes["page"] ?? ""} role="status" aria-label={t("app.loading")}>
      <Skeleton height={24} width="60%" />
      <Skeleton height={90} mt="lg" />
      <Skeleton height={14} width="70%" />
    </Stack>
  );
}

function Shown({ escalation }: { readonly escalation: EscalationDetail }) {
  const { t } = useTranslation();
  const heading = usePageFocus(escalation.question);
  const admin = useCurrentSession().person.roles.includes("admin");
  const { state, links, undelivered, approvalId, conversationId } = escalation;
  const failed = links.some((link) => link.state === "failed");
  return (
    <div className={classes["page"]} data-testid="escalation" data-state={state}>
      <Button
        component={Link}
        to="/escalations"
        variant="subtle"
        size="compact-sm"
        leftSection={<IconArrowLeft size={16} stroke={1.6} aria-hidden />}
      >
        {t("escalations.back")}
      </Button>
      <Title
        order={1}
        ref={heading}
        tabIndex={-1}
        lang={escalation.language}
        className={classes["title"] ?? ""}
      >
        {escalation.question}
      </Title>
      <Group gap="xs" role="status" data-testid="escalation-state">
        <span className={classes["state"]} data-state={state}>
          {t(`escalations.state.${state}`)}
        </span>
        <SeverityBadge severity={escalation.severity} />
      </Group>
      <section aria-labelledby="elsewhere" className={classes["section"]}>
        <Title order={2} size="h3" id="elsewhere">
          {t("escalations.elsewhere")}
        </Title>
        {links.length === 0 ? (
          <p>{t("escalations.noLinks")}</p>
        ) : (
          <div className={classes["links"]}>
            {links.map((link) => (
              <LinkCard key={link.kind} link={link} />
            ))}
          </div>
        )}
        {undelivered > 0 && (
          <p className={classes["undelivered"]}>{t("escalations.undeliveredHere", { count: undelivered })}</p>
        )}
        {admin && (undelivered > 0 || failed) && (
          <Anchor
            component={Link}
            to={`/escalations/undelivered${failed ? "" : "?state=pending"}`}
            size="sm"
            underline="always"
          >
            {t("escalations.toUndelivered")}
          </Anchor>
        )}
      </section>
      <ActPanel escalation={escalation} />
      <EscalationFacts escalation={escalation} />
      {(approvalId !== null || conversationId !== null) && (
        <Group gap="xs" mt="md">
          {approvalId !== null && (
            <Button component={Link} to={`/approvals/${approvalId}`} variant="default">
              {t("escalations.toApproval")}
            </Button>
          )}
          {conversationId !== null && (
            <Button component={Link} to={`/c/${conversationId}`} variant="default">
              {t("escalations.toConversation")}
            </Button>
          )}
        </Group>
      )}
      <EscalationTimeline escalation={escalation} />
    </div>
  );
}
