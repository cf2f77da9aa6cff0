import { ActionIcon, AppShell, Burger, Drawer, Group } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconPencilPlus } from "@tabler/icons-react";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";
import { useFollowApprovals } from "../approvals/follow-approvals.ts";
import { useSourceAddress } from "../citations/source-address.ts";
import { Wordmark } from "../theme/wordmark.tsx";
import { Navigation } from "./navigation.tsx";
import classes from "./app-frame.module.css";

const SourcePanel = lazy(() => import("../citations/source-panel.tsx"));

/** The page around every page: navigation beside it, or behind a button on a narrow screen. */
export function AppFrame() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const narrow = useMediaQuery("(max-width: 61.99em)", false, { getInitialValueInEffect: false });
  const { pathname, key } = useLocation();
  const source = useSourceAddress();
  useFollowApprovals();
  useEffect(close, [pathname, key, close]);

  return (
    <>
      <a href="#content" className="skip-link">
        {t("app.skip")}
      </a>
      <AppShell
        header={{ height: 56, collapsed: !narrow }}
        navbar={{ width: 288, breakpoint: "md", collapsed: { mobile: true } }}
        classNames={{ navbar: classes["navbar"] ?? "", header: classes["header"] ?? "" }}
      >
        {narrow && (
          <AppShell.Header component="section" aria-label={t("app.name")}>
            <Group h="100%" px="sm" justify="space-between" wrap="nowrap">
              <Group gap="sm" wrap="nowrap">
                <Burger size="sm" opened={opened} onClick={open} aria-label={t("app.menu")} />
                <Wordmark />
              </Group>
              <ActionIcon
                component={Link}
                to="/"
                variant="subtle"
                size={40}
                aria-label={t("nav.newQuestion")}
              >
                <IconPencilPlus size={20} stroke={1.6} aria-hidden />
              </ActionIcon>
            </Group>
          </AppShell.Header>
        )}
        {narrow ? (
          <Drawer
            opened={opened}
            onClose={close}
            size={300}
            padding="sm"
            title={<Wordmark />}
            closeButtonProps={{ "aria-label": t("app.closeMenu"), size: 36 }}
            classNames={{ body: classes["drawer"] ?? "", content: classes["drawerContent"] ?? "" }}
          >
            <Navigation withWordmark={false} />
          </Drawer>
        ) : (
          <AppShell.Navbar component="div">
            <Navigation withWordmark />
          </AppShell.Navbar>
        )}
        <AppShell.Main id="content" tabIndex={-1} className={classes["main"]} aria-label={t("app.main")}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      {source !== null && (
        <Suspense fallback={null}>
          <SourcePanel address={source} />
        </Suspense>
      )}
    </>
  );
}
