import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconSelector } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { languages } from "../locales/language.ts";
import { asLanguage, changeLanguage, languageNames } from "../locales/languages.ts";
import { useLanguage } from "../locales/use-language.ts";
import classes from "./person-menu.module.css";
import { useCurrentSession } from "./session-gate.tsx";
import { useSignOut } from "./use-session.ts";

const schemes = ["light", "dark", "auto"] as const;

export function PersonMenu() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { person, company } = useCurrentSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  return (
    <Menu position="top-start" width={252} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes["person"]} aria-label={t("person.menu", { name: person.name })}>
          <Avatar name={person.name} color="pine" radius="xl" size={34} aria-hidden />
          <span className={classes["words"]}>
            <Text size="sm" fw={550} truncate>
              {person.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {company.name}
            </Text>
          </span>
          <IconSelector size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {person.email} · {person.roles.map((role) => t(`role.${role}`)).join(", ")}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t("person.language")}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(value) => void changeLanguage(asLanguage(value))}>
          {languages.map((each) => (
            <Menu.RadioItem key={each} value={each} lang={each}>
              {languageNames[each]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t("person.appearance")}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => {
            setColorScheme(schemes.find((scheme) => scheme === value) ?? "auto");
          }}
        >
          {schemes.map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {t(`person.${scheme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />}
          onClick={() => {
            signOut.mutate();
          }}
        >
          {t("person.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
