import { Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAdjustments, IconCircleCheck, IconPlaneDeparture } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { ApprovalRow } from "./approval-row.tsx";
import classes from "./approvals-page.module.css";
import { useApprovals } from "./use-approvals.ts";
import { usePolicies } from "./use-policy.ts";

/** What waits for this person's decision, and what was decided. */
export default function ApprovalsPage() {
  const { t } = useTranslation();
  const heading = usePageFocus(t("approvals.title"));
  const [view, setView] = useState<string>("waiting");
  const policies = usePolicies().data?.items ?? [];
  return (
    <div className={classes["page"]}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1} ref={heading} tabIndex={-1}>
            {t("approvals.title")}
          </Title>
          <Text c="dimmed">{t("approvals.lead")}</Text>
        </div>
        <Group gap="xs">
          <Button
            component={Link}
            to="/approvals/settings"
            variant="default"
            leftSection={<IconPlaneDeparture size={17} stroke={1.6} aria-hidden />}
          >
            {t("approvals.settings")}
          </Button>
          {policies.length > 0 && (
            <Button
              component={Link}
              to="/approvals/policies"
              variant="default"
              leftSection={<IconAdjustments size={17} stroke={1.6} aria-hidden />}
            >
              {t("approvals.policies")}
            </Button>
          )}
        </Group>
      </Group>
      <SegmentedControl
        mt="lg"
        value={view}
        onChange={setView}
        aria-label={t("approvals.view")}
        data={[
          { value: "waiting", label: t("approvals.waiting") },
          { value: "decided", label: t("approvals.decided") },
        ]}
      />
      <ApprovalList key={view} decided={view === "decided"} />
    </div>
  );
}

function ApprovalList({ decided }: { readonly decided: boolean }) {
  const { t } = useTranslation();
  const approvals = useApprovals(decided);
  if (approvals.isPending) {
    return (
      <Stack gap="md" mt="lg" role="status" aria-label={t("app.loading")}>
        {[1, 2, 3].map((key) => (
          <Skeleton key={key} height={64} />
        ))}
      </Stack>
    );
  }
  if (approvals.data === undefined) {
    return (
      <Stack mt="lg">
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(approvals.error)}
          onRetry={() => void approvals.refetch()}
        />
      </Stack>
    );
  }
  const items = approvals.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <Stack align="center" gap={6} className={classes["empty"]} role="status">
        <IconCircleCheck size={32} stroke={1.4} aria-hidden />
        <Text fw={600}>{t(decided ? "approvals.emptyDecided" : "approvals.emptyTitle")}</Text>
        {!decided && <Text c="dimmed">{t("approvals.emptyText")}</Text>}
      </Stack>
    );
  }
  return (
    <>
      <ul className={classes["list"]} data-testid="approvals">
        {items.map((approval) => (
          <ApprovalRow key={approval.approvalId} approval={approval} />
        ))}
      </ul>
      {approvals.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={approvals.isFetchingNextPage}
          onClick={() => void approvals.fetchNextPage()}
        >
          {t("app.showMore")}
        </Button>
      )}
    </>
  );
}
