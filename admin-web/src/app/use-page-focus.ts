import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useRef, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

/**
 * Names the browser tab and, on coming to a page from within, moves the focus to its heading; not where the page
 * says that the focus has a better place (`focusHeading` false).
 */
export function usePageFocus(title: string, focusHeading = true): RefObject<HTMLHeadingElement | null> {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement | null>(null);
  const focusedPath = useRef<string | null>(null);
  const { pathname, key } = useLocation();
  useDocumentTitle(title === "" ? t("app.name") : `${title} · ${t("app.name")}`);
  const firstPage = key === "default";
  useEffect(() => {
    // Once for each page: a changed query, such as an opened source, must not move the focus.
    if (focusedPath.current === pathname) return;
    focusedPath.current = pathname;
    if (!firstPage && focusHeading) heading.current?.focus({ preventScroll: true });
  }, [pathname, firstPage, focusHeading]);
  return heading;
}
