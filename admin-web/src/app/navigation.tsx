import { Badge, Button, NavLink } from "@mantine/core";
import {
  IconBooks,
  IconChartBar,
  IconPencilPlus,
  IconRosetteDiscountCheck,
  IconUrgent,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { useApprovalCount } from "../approvals/use-approvals.ts";
import { ConversationBrowser } from "../conversations/conversation-browser.tsx";
import { useCurrentSession } from "../session/session-gate.tsx";
import { useLeads } from "../session/use-leads.ts";
import { PersonMenu } from "../session/person-menu.tsx";
import { Wordmark } from "../theme/wordmark.tsx";
import classes from "./navigation.module.css";

export function Navigation({ withWordmark }: { readonly withWordmark: boolean }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const knowledge = pathname.startsWith("/knowledge");
  return (
    <nav className={classes["navigation"]} aria-label={t("nav.label")}>
      {withWordmark && (
        <div className={classes["wordmark"]}>
          <Wordmark />
        </div>
      )}
      <Button
        component={Link}
        to="/"
        fullWidth
        justify="flex-start"
        variant="default"
        className={classes["new"]}
        leftSection={<IconPencilPlus size={18} stroke={1.6} aria-hidden />}
      >
        {t("nav.newQuestion")}
      </Button>
      <NavLink
        component={Link}
        to="/knowledge"
        label={t("nav.knowledge")}
        active={knowledge}
        aria-current={knowledge ? "page" : undefined}
        leftSection={<IconBooks size={18} stroke={1.6} aria-hidden />}
        className={classes["link"]}
      />
      <ApprovalsLink />
      <EscalationsLink />
      <UsageLink />
      <ConversationBrowser />
      <div className={classes["person"]}>
        <PersonMenu />
      </div>
    </nav>
  );
}

/** With how many wait. Those who neither decide nor add documents see it only where something waits for them. */
function ApprovalsLink() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { roles } = useCurrentSession().person;
  const waiting = useApprovalCount().data?.waiting ?? 0;
  const decides = roles.some((role) => role === "staff" || role === "approver" || role === "admin");
  if (!decides && waiting === 0) return null;
  const active = pathname.startsWith("/approvals");
  return (
    <NavLink
      component={Link}
      to="/approvals"
      label={t("approvals.nav")}
      active={active}
      aria-current={active ? "page" : undefined}
      aria-label={waiting === 0 ? undefined : t("approvals.navWaiting", { count: waiting })}
      leftSection={<IconRosetteDiscountCheck size={18} stroke={1.6} aria-hidden />}
      rightSection={
        waiting === 0 ? undefined : (
          <Badge size="md" circle={waiting < 10} data-testid="approval-count" aria-hidden>
            {waiting}
          </Badge>
        )
      }
      className={classes["link"]}
    />
  );
}

/** For admins, approvers, and leads of departments. */
function EscalationsLink() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const { roles } = useCurrentSession().person;
  const leads = useLeads();
  if (!leads && !roles.includes("approver")) return null;
  const active = pathname.startsWith("/escalations");
  return (
    <NavLink
      component={Link}
      to="/escalations"
      label={t("escalations.nav")}
      active={active}
      aria-current={active ? "page" : undefined}
      leftSection={<IconUrgent size={18} stroke={1.6} aria-hidden />}
      className={classes["link"]}
    />
  );
}

/** For admins, and leads of departments. */
function UsageLink() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  if (!useLeads()) return null;
  const active = pathname.startsWith("/usage");
  return (
    <NavLink
      component={Link}
      to="/usage"
      label={t("usage.nav")}
      active={active}
      aria-current={active ? "page" : undefined}
      leftSection={<IconChartBar size={18} stroke={1.6} aria-hidden />}
      className={classes["link"]}
    />
  );
}
