import { Anchor } from "@mantine/core";
import { IconUrgent } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { EscalationLinkView, TurnEscalation } from "../../../bots/http/contract/escalation.ts";
import { elapsed } from "../locales/duration.ts";
import type { Language } from "../locales/language.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./escalation-note.module.css";

/** To the asker: that their question was escalated, who has it in hand, and how its ticket and its incident stand. */
export function EscalationNote({ escalation }: { readonly escalation: TurnEscalation }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { escalationId, state, links } = escalation;
  return (
    <section
      className={classes["note"]}
      aria-label={t("escalations.inThread.title")}
      data-testid="escalation-note"
      data-state={state}
    >
      <IconUrgent size={20} stroke={1.7} aria-hidden />
      <div>
        <p role="status">{standing(escalation, t)}</p>
        {links.length > 0 && (
          <ul>
            {links.map((link) => (
              <li key={link.kind}>
                {link.kind === "ticket" ? (
                  <Ticket link={link} />
                ) : (
                  <span data-state={link.state}>{paged(link, t, language)}</span>
                )}
              </li>
            ))}
          </ul>
        )}
        <Anchor component={Link} to={`/escalations/${escalationId}`} size="sm" underline="always" c="inherit">
          {t("escalations.inThread.details")}
        </Anchor>
      </div>
    </section>
  );
}

function standing({ state, acknowledged, resolved }: TurnEscalation, t: TFunction): string {
  if (state === "open") return t("escalations.inThread.open");
  const by = (state === "resolved" ? resolved : acknowledged)?.by ?? null;
  return by === null
    ? t(`escalations.inThread.${state}BySomebody`)
    : t(`escalations.inThread.${state}`, { name: by });
}

function Ticket({ link: { state, name, url, status, assignees } }: { readonly link: EscalationLinkView }) {
  const { t } = useTranslation();
  if (state === "pending") return t("escalations.inThread.ticketPending");
  if (state === "failed") return t("escalations.inThread.ticketFailed");
  const title = t("escalations.inThread.ticket", { name: name ?? "" });
  const facts = [
    ...(status === null ? [] : [status]),
    ...(assignees === null || assignees.length === 0
      ? []
      : [t("escalations.inThread.assigned", { names: assignees.join(", ") })]),
  ];
  return (
    <>
      {url === null ? (
        title
      ) : (
        <Anchor href={url} target="_blank" rel="noreferrer" underline="always" c="inherit" fz="inherit">
          {title}
        </Anchor>
      )}
      {facts.length > 0 && `: ${facts.join(", ")}`}
    </>
  );
}

function paged(
  { state, assignees, madeAt, error, needless }: EscalationLinkView,
  t: TFunction,
  language: Language,
): string {
  if (needless && error !== null) return error;
  if (state === "failed") return t("escalations.inThread.pageFailed");
  if (madeAt === null) return t("escalations.inThread.pagePending");
  const time = elapsed(madeAt, language);
  return assignees === null || assignees.length === 0
    ? t("escalations.inThread.paged", { time })
    : t("escalations.inThread.pageNamed", { names: assignees.join(", "), time, count: assignees.length });
}
