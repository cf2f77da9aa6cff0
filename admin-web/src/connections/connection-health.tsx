import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ConnectionView } from "../../../bots/http/contract/connection.ts";
import { faultText } from "../locales/fault-text.ts";
import type { Language } from "../locales/language.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./connections.module.css";

export type Standing = "off" | "faulty" | "broken" | "paused" | "failing" | "worked" | "unused";

/** How a connection stands: whether it is called, and whether it answers. */
export function standingOf({ state, fault, health }: ConnectionView, now: Date = new Date()): Standing {
  if (state === "off") return "off";
  if (fault !== null) return "faulty";
  const { failures, openUntil, lastWorkedAt } = health;
  if (openUntil !== null && new Date(openUntil) > now) return failures > 0 ? "broken" : "paused";
  if (failures > 0) return "failing";
  return lastWorkedAt === null ? "unused" : "worked";
}

function inWords(connection: ConnectionView, standing: Standing, t: TFunction, language: Language): string {
  const { failures: count, openUntil, lastError, lastWorkedAt } = connection.health;
  const error = faultText(lastError ?? "", language);
  switch (standing) {
    case "off":
    case "unused":
      return t(`escalations.connection.${standing}`);
    case "faulty":
      return t("escalations.connection.faulty", { fault: faultText(connection.fault ?? "", language) });
    case "broken":
      return t("escalations.connection.broken", { when: shortDate(openUntil ?? "", language), count, error });
    case "paused":
      return t("escalations.connection.paused", { when: shortDate(openUntil ?? "", language) });
    case "failing":
      return t("escalations.connection.failing", { count, error });
    case "worked":
      return t("escalations.connection.worked", { when: shortDate(lastWorkedAt ?? "", language) });
  }
}

/** Whether it is called, whether it answers, and what waits for it. */
export function ConnectionHealth({ connection }: { readonly connection: ConnectionView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const standing = standingOf(connection);
  const { pending, dead } = connection;
  return (
    <div className={classes["health"]} data-standing={standing}>
      <p data-testid="connection-standing">{inWords(connection, standing, t, language)}</p>
      {pending + dead > 0 && (
        <Link
          to={`/escalations/undelivered${dead > 0 ? "" : "?state=pending"}`}
          className={classes["waiting"] ?? ""}
        >
          {[
            ...(pending > 0 ? [t("escalations.connection.pending", { count: pending })] : []),
            ...(dead > 0 ? [t("escalations.connection.dead", { count: dead })] : []),
          ].join(" · ")}
        </Link>
      )}
    </div>
  );
}
