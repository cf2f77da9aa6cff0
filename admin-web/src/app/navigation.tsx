import { Button, NavLink } from "@mantine/core";
import { IconBooks, IconPencilPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { ConversationBrowser } from "../conversations/conversation-browser.tsx";
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
      <ConversationBrowser />
      <div className={classes["person"]}>
        <PersonMenu />
      </div>
    </nav>
  );
}
