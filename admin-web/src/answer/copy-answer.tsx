import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNotify } from "../app/use-notify.ts";
import type { ReplyView } from "../../../bots/http/contract/conversation.ts";
import { answerWithSources } from "./answer-with-sources.ts";

export function CopyAnswer({ reply }: { readonly reply: ReplyView }) {
  const { t } = useTranslation();
  const { say } = useNotify();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const text = answerWithSources(reply, {
      sources: (count) => t("answer.sources", { count }),
      page: (page) => t("answer.page", { page }),
    });
    if (await copyText(text)) {
      setCopied(true);
      setTimeout(() => {
        setCopied(false);
      }, 2_000);
    } else say({ message: t("answer.copyFailed") });
  };
  const label = copied ? t("answer.copied") : t("answer.copy");
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size={34} aria-label={label} onClick={() => void copy()}>
        {copied ? (
          <IconCheck size={18} stroke={1.8} aria-hidden />
        ) : (
          <IconCopy size={18} stroke={1.6} aria-hidden />
        )}
      </ActionIcon>
    </Tooltip>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    // Absent where the page is served without TLS from another computer.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
