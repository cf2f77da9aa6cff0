import { UnstyledButton } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ReplyView } from "../../../bots/http/contract/conversation.ts";
import { useOpenSource } from "../citations/source-address.ts";
import { Place } from "./source-list.tsx";
import classes from "./source-list.module.css";

interface NearestListProps {
  readonly turnId: string;
  readonly nearest: Extract<ReplyView, { kind: "not_found" }>["nearest"];
}

/** What may help where no answer was found. */
export function NearestList({ turnId, nearest }: NearestListProps) {
  const { t } = useTranslation();
  const openSource = useOpenSource();
  if (nearest.length === 0) return null;
  const heading = `nearest-${turnId}`;
  return (
    <section className={classes["sources"]} aria-labelledby={heading}>
      <h3 className={classes["heading"]} id={heading}>
        {t("answer.nearest")}
      </h3>
      <ul className={classes["list"]}>
        {nearest.map(({ documentId, passageId, title, headingPath }) => (
          <li key={passageId}>
            <UnstyledButton
              className={classes["source"]}
              onClick={() => {
                openSource({ documentId, passageId, quote: null });
              }}
            >
              <span className={classes["number"]}>
                <IconFileText size={15} stroke={1.8} aria-hidden />
              </span>
              <span className={classes["words"]}>
                <span className={classes["title"]}>{title}</span>
                <Place headingPath={headingPath} title={title} />
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
