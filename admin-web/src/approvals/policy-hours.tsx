import { Checkbox, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PolicyView } from "../../../bots/http/contract/approval-policy.ts";

type Hours = PolicyView["policy"]["working_hours"];

interface PolicyHoursProps {
  /** Null: time counts day and night. */
  readonly hours: Hours;
  readonly onChange: (hours: Hours) => void;
  /** What the hours are for, where they are not for counting time. */
  readonly label?: string;
}

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const usual = (): NonNullable<Hours> => ({
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "08:00",
  to: "17:00",
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

/** When the people of a department work. */
export function PolicyHours({ hours, onChange, label }: PolicyHoursProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Switch
        label={label ?? t("approvals.policy.hours")}
        checked={hours !== null}
        onChange={(event) => {
          onChange(event.currentTarget.checked ? usual() : null);
        }}
      />
      {hours !== null && (
        <>
          <Checkbox.Group
            label={t("approvals.policy.days")}
            value={[...hours.days]}
            onChange={(values) => {
              onChange({ ...hours, days: days.filter((day) => values.includes(day)) });
            }}
          >
            <Group mt="xs">
              {days.map((day) => (
                <Checkbox key={day} value={day} label={t(`approvals.policy.day.${day}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          <Group grow align="flex-start">
            <TextInput
              label={t("approvals.policy.from")}
              value={hours.from}
              onChange={(event) => {
                onChange({ ...hours, from: event.currentTarget.value });
              }}
            />
            <TextInput
              label={t("approvals.policy.to")}
              value={hours.to}
              onChange={(event) => {
                onChange({ ...hours, to: event.currentTarget.value });
              }}
            />
            <TextInput
              label={t("approvals.policy.zone")}
              value={hours.time_zone}
              onChange={(event) => {
                onChange({ ...hours, time_zone: event.currentTarget.value });
              }}
            />
          </Group>
        </>
      )}
    </Stack>
  );
}
