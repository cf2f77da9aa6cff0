import { Alert, Avatar, Group, Loader, Paper, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import type { SignInOptions } from "../../../bots/http/contract/identity.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { usePageFocus } from "../app/use-page-focus.ts";
import { LanguageSwitch } from "../locales/language-switch.tsx";
import { Wordmark } from "../theme/wordmark.tsx";
import classes from "./sign-in-page.module.css";
import { useSession, useSignIn, useSignInOptions } from "./use-session.ts";

/** An address of this site to go to after signing in; anything else leads to the start. */
export const safeNext = (next: string | null): string =>
  next !== null && /^\/(?![/\\])/.test(next) ? next : "/";

export function SignInPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const session = useSession();
  const options = useSignInOptions();
  const heading = usePageFocus(t("signIn.title"));
  const next = search.get("next");
  if (session.data !== undefined && session.data !== null) return <Navigate replace to={safeNext(next)} />;
  if (options.isPending) return <LoadingPage />;

  const company = options.data?.companyName ?? null;
  return (
    <div className={classes["page"]}>
      <Group component="header" justify="space-between" className={classes["header"]}>
        <Wordmark />
        <LanguageSwitch />
      </Group>
      <main className={classes["main"]}>
        <Title order={1} ref={heading} tabIndex={-1}>
          {company === null ? t("signIn.title") : t("signIn.titleAt", { company })}
        </Title>
        {next !== null && (
          <Text c="dimmed" mt="xs">
            {t(next.startsWith("/sources/") ? "signIn.toSource" : "signIn.ended")}
          </Text>
        )}
        {options.isError ? (
          <Stack mt="lg">
            <FailureNote
              title={t("app.failedToLoad")}
              failure={asFailure(options.error)}
              onRetry={() => void options.refetch()}
            />
          </Stack>
        ) : options.data.localAccounts.length === 0 ? (
          <Alert mt="lg" color="pine" title={t("signIn.emptyTitle")}>
            {t("signIn.emptyText")}
          </Alert>
        ) : (
          <AccountList accounts={options.data.localAccounts} />
        )}
      </main>
    </div>
  );
}

/** Roles in the order in which each may do more than the one before. */
const ranks = ["viewer", "staff", "approver", "admin"] as const;

type Account = SignInOptions["localAccounts"][number];

function AccountList({ accounts }: { readonly accounts: readonly Account[] }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const can = (roles: Account["roles"]): string =>
    t(`signIn.can.${ranks.findLast((rank) => roles.includes(rank)) ?? "viewer"}`);
  return (
    <>
      <Text c="dimmed" mt="xs" mb="lg">
        {t("signIn.lead")}
      </Text>
      {signIn.isError && <FailureNote title={t("signIn.title")} failure={asFailure(signIn.error)} />}
      <ul className={classes["accounts"]} aria-label={t("signIn.accounts")}>
        {accounts.map(({ email, name, roles }) => (
          <Paper component="li" key={email}>
            <UnstyledButton
              className={classes["account"]}
              aria-label={t("signIn.as", { name })}
              disabled={signIn.isPending}
              onClick={() => {
                signIn.mutate(email);
              }}
            >
              <Avatar name={name} color="pine" radius="xl" size={42} aria-hidden />
              <span className={classes["words"]}>
                <span className={classes["name"]}>
                  {name}{" "}
                  <span className={classes["role"]}>{roles.map((role) => t(`role.${role}`)).join(", ")}</span>
                </span>
                <span className={classes["can"]}>{can(roles)}</span>
                <span className={classes["email"]}>{email}</span>
              </span>
              {signIn.isPending && signIn.variables === email ? (
                <Loader size={18} aria-label={t("signIn.signingIn")} />
              ) : (
                <IconArrowRight size={18} stroke={1.6} className={classes["arrow"]} aria-hidden />
              )}
            </UnstyledButton>
          </Paper>
        ))}
      </ul>
    </>
  );
}
