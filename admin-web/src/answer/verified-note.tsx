import { IconRosetteDiscountCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ReplyView } from "../../../bots/http/contract/conversation.ts";
import { useLanguage } from "../locales/use-language.ts";
import { shortDate } from "../locales/when.ts";
import classes from "./approval-notes.module.css";

type Verified = NonNullable<Extract<ReplyView, { kind: "answer" }>["verified"]>;

/** Who stands for the answer, and since when. */
export function VerifiedNote({ verified: { by, at, known, corrects } }: { readonly verified: Verified }) {
  const { t } = useTranslation();
  const when = shortDate(at, useLanguage());
  const how = corrects === true ? "corrected" : known === true ? "known" : "verified";
  const text =
    by === null ? t(`approvals.${how}ByExpert`, { when }) : t(`approvals.${how}`, { name: by, when });
  return (
    <p className={classes["verified"]} data-testid="verified">
      <IconRosetteDiscountCheck size={18} stroke={1.8} aria-hidden />
      <span>{text}</span>
    </p>
  );
}
