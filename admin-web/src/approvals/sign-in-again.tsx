import { Button, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { useCurrentSession } from "../session/session-gate.tsx";
import { useSignInAgain } from "../session/use-session.ts";

interface SignInAgainProps {
  readonly onSignedIn: () => void;
  readonly onClose: () => void;
}

/** The same person shows once more who they are; what they were about to do goes on from there. */
export function SignInAgain({ onSignedIn, onClose }: SignInAgainProps) {
  const { t } = useTranslation();
  const { person } = useCurrentSession();
  const signIn = useSignInAgain();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("approvals.signInAgain")}
      closeButtonProps={{ "aria-label": t("app.close") }}
    >
      <Text size="sm" mb="md">
        {t("approvals.signInAgainText")}
      </Text>
      {signIn.isError && (
        <FailureNote title={t("approvals.signInFailed")} failure={asFailure(signIn.error)} />
      )}
      <Button
        fullWidth
        mt="sm"
        loading={signIn.isPending}
        data-autofocus
        onClick={() => {
          signIn.mutate(person.email, { onSuccess: onSignedIn });
        }}
      >
        {t("approvals.signInAs", { name: person.name })}
      </Button>
    </Modal>
  );
}
