import { Anchor } from "@mantine/core";
import { IconAlertTriangle, IconExternalLink, IconPhoneCall, IconTicket } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { EscalationLinkView } from "../../../bots/http/contract/escalation.ts";
import { elapsed } from "../locales/duration.ts";
import { faultText } from "../locales/fault-text.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./escalation-page.module.css";

/** The ticket, or the incident: how it stands there, who is on it, and where to look. */
export function LinkCard({ link }: { readonly link: EscalationLinkView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { kind, state, name, url, status, assignees, madeAt, resolution, error, needless } = link;
  const system = t(`escalations.system.${link.system}`);
  const title = t(`escalations.link.${kind}`, { system });
  const Icon = kind === "ticket" ? IconTicket : IconPhoneCall;
  return (
    <section className={classes["link"]} aria-label={title} data-testid={`link-${kind}`} data-state={state}>
      <div className={classes["linkHead"]}>
        <Icon size={20} stroke={1.6} aria-hidden />
        <h3>{title}</h3>
        {!needless && (
          <span className={classes["state"]} data-state={state}>
            {t(`escalations.link.state.${state}`)}
          </span>
        )}
      </div>
      {url !== null && (
        <Anchor href={url} target="_blank" rel="noreferrer" fw={600} underline="always">
          {t("escalations.link.open", { name: name ?? system })}
          <IconExternalLink size={15} stroke={1.8} aria-hidden className={classes["outside"]} />
        </Anchor>
      )}
      {url === null && name !== null && <p className={classes["name"]}>{name}</p>}
      {state === "pending" && <p>{t(`escalations.link.pending.${kind}`)}</p>}
      {needless && <p>{error}</p>}
      {state === "failed" && !needless && (
        <p className={classes["error"]} role="alert">
          <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
          <span>
            {t(`escalations.link.failed.${kind}`)}
            {error === null ? "" : `: ${faultText(error, language)}`}
          </span>
        </p>
      )}
      {state !== "pending" && state !== "failed" && (
        <dl>
          {status !== null && (
            <div>
              <dt>{t("escalations.link.status")}</dt>
              <dd>{status}</dd>
            </div>
          )}
          <div>
            <dt>{t(`escalations.link.assignees.${kind}`)}</dt>
            <dd>
              {assignees === null
                ? t("escalations.link.notTold")
                : assignees.length === 0
                  ? t("escalations.link.nobody")
                  : assignees.join(", ")}
            </dd>
          </div>
          {madeAt !== null && (
            <div>
              <dt>{t(`escalations.link.madeAt.${kind}`)}</dt>
              <dd>
                {shortDate(madeAt, language)} ({t("escalations.ago", { time: elapsed(madeAt, language) })})
              </dd>
            </div>
          )}
          {resolution !== null && (
            <div>
              <dt>{t("escalations.link.resolution")}</dt>
              <dd>{resolution}</dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
