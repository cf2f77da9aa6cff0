import { Button, CloseButton, ScrollArea, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import classes from "./conversation-browser.module.css";
import { ConversationRow } from "./conversation-row.tsx";
import { groupByDay } from "./group-by-day.ts";
import { useConversationList } from "./use-conversations.ts";

/** Search in one's conversations, and their list by day. */
export function ConversationBrowser() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed.trim(), 250);
  const list = useConversationList(query);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes["browser"]} aria-label={t("nav.conversations")}>
      <TextInput
        size="sm"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
        }}
        placeholder={t("nav.search")}
        aria-label={t("nav.search")}
        leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
        rightSection={
          typed !== "" && (
            <CloseButton
              size={26}
              aria-label={t("nav.clearSearch")}
              onClick={() => {
                setTyped("");
              }}
            />
          )
        }
      />
      <ScrollArea
        className={classes["scroll"]}
        type="auto"
        scrollbarSize={8}
        viewportProps={{ tabIndex: -1 }}
      >
        {list.isPending && (
          <Stack gap={10} p="sm">
            {[72, 88, 60].map((width) => (
              <Skeleton key={width} height={12} width={`${String(width)}%`} />
            ))}
          </Stack>
        )}
        {list.isError && (
          <FailureNote
            title={t("app.failedToLoad")}
            failure={asFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {list.isSuccess && items.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            {query === "" ? t("conversations.none") : t("conversations.noMatch", { query })}
          </Text>
        )}
        {groupByDay(items, new Date()).map(({ group, items: found }) => (
          <section key={group} aria-label={t(`conversations.${group}`)}>
            <Text component="h2" className={classes["group"]}>
              {t(`conversations.${group}`)}
            </Text>
            <ul className={classes["list"]}>
              {found.map((conversation) => (
                <ConversationRow key={conversation.id} conversation={conversation} />
              ))}
            </ul>
          </section>
        ))}
        {list.hasNextPage && (
          <Button
            variant="subtle"
            size="compact-sm"
            fullWidth
            mt="xs"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t("app.showMore")}
          </Button>
        )}
      </ScrollArea>
    </section>
  );
}
