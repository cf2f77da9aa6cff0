import { ActionIcon, Menu, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import type { ConversationView } from "../../../bots/http/contract/conversation.ts";
import { useNotify } from "../app/use-notify.ts";
import { UndoNote } from "../app/undo-note.tsx";
import classes from "./conversation-row.module.css";
import { useDeleteConversation, useRenameConversation, useRestoreConversation } from "./use-conversations.ts";

export function ConversationRow({ conversation }: { readonly conversation: ConversationView }) {
  const { t } = useTranslation();
  const { say, sayFailure } = useNotify();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const [renaming, setRenaming] = useState(false);
  const actions = useRef<HTMLButtonElement | null>(null);
  const rename = useRenameConversation();
  const remove = useDeleteConversation();
  const restore = useRestoreConversation();
  const { id, title } = conversation;
  const active = pathname === `/c/${id}`;

  const bringBack = (note: string): void => {
    notifications.hide(note);
    restore.mutate(id, {
      onSuccess: () => {
        say({ message: t("conversations.restored") });
        if (active) void navigate(`/c/${id}`);
      },
      onError: (error) => {
        sayFailure(t("conversations.restoreFailed"), error);
      },
    });
  };
  const erase = (): void => {
    remove.mutate(id, {
      onError: (error) => {
        sayFailure(t("conversations.deleteFailed"), error);
      },
    });
    if (active) void navigate("/");
    const note = `deleted-${id}`;
    say({
      id: note,
      title: t("conversations.deleted"),
      message: (
        <UndoNote
          text={title}
          onUndo={() => {
            bringBack(note);
          }}
        />
      ),
      autoCloseMs: 12_000,
    });
  };
  const stopRenaming = (): void => {
    setRenaming(false);
    setTimeout(() => actions.current?.focus(), 0);
  };
  const finish = (typed: string): void => {
    const chosen = typed.trim().slice(0, 120);
    stopRenaming();
    if (chosen === "" || chosen === title) return;
    rename.mutate(
      { id, title: chosen },
      {
        onError: (error) => {
          sayFailure(t("conversations.renameFailed"), error);
        },
      },
    );
  };

  if (renaming) {
    return (
      <li className={classes["row"]}>
        <TextInput
          autoFocus
          size="sm"
          className={classes["rename"]}
          defaultValue={title}
          maxLength={120}
          aria-label={t("conversations.newTitle")}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
          onBlur={(event) => {
            finish(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter") finish(event.currentTarget.value);
            if (event.key === "Escape") {
              event.stopPropagation();
              event.currentTarget.value = title;
              stopRenaming();
            }
          }}
        />
      </li>
    );
  }
  return (
    <li className={classes["row"]} data-active={active || undefined}>
      <Link
        to={`/c/${id}`}
        className={classes["link"]}
        aria-current={active ? "page" : undefined}
        title={title}
      >
        {rename.isPending ? rename.variables.title : title}
      </Link>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon
            ref={actions}
            variant="subtle"
            color="gray"
            size={30}
            className={classes["actions"]}
            aria-label={t("conversations.actions", { title })}
          >
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
            onClick={() => {
              setRenaming(true);
            }}
          >
            {t("conversations.rename")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} stroke={1.6} aria-hidden />}
            onClick={erase}
          >
            {t("conversations.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
