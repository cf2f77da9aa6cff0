import { lazy, Suspense } from "react";
import { Navigate, Route, Routes, useLocation, useParams } from "react-router";
import { AskPage } from "../ask/ask-page.tsx";
import { ConversationPage } from "../ask/conversation-page-loader.ts";
import { SessionGate } from "../session/session-gate.tsx";
import { SignInPage } from "../session/sign-in-page.tsx";
import { AppFrame } from "./app-frame.tsx";
import { LoadingPage } from "./loading-page.tsx";
import { UnknownPage } from "./unknown-page.tsx";

const SourcePage = lazy(() => import("../citations/source-page.tsx"));
const ApprovalsPage = lazy(() => import("../approvals/approvals-page.tsx"));
const ApprovalPage = lazy(() => import("../approvals/approval-page.tsx"));
const ApprovalSettingsPage = lazy(() => import("../approvals/settings-page.tsx"));
const PolicyPage = lazy(() => import("../approvals/policy-page.tsx"));
const EscalationsPage = lazy(() => import("../escalations/escalations-page.tsx"));
const EscalationPage = lazy(() => import("../escalations/escalation-page.tsx"));
const EscalationPolicyPage = lazy(() => import("../escalations/policy-page.tsx"));
const ConnectionsPage = lazy(() => import("../connections/connections-page.tsx"));
const ConnectionPage = lazy(() => import("../connections/connection-page.tsx"));
const UndeliveredPage = lazy(() => import("../connections/undelivered-page.tsx"));
const UsagePage = lazy(() => import("../usage/usage-page.tsx"));
const KnowledgePage = lazy(() => import("../knowledge/knowledge-page.tsx"));

/** Pages about escalations, by their addresses. */
const escalationPages = [
  ["/escalations", EscalationsPage],
  ["/escalations/policies", EscalationPolicyPage],
  ["/escalations/policies/:slug", EscalationPolicyPage],
  ["/escalations/connections", ConnectionsPage],
  ["/escalations/connections/new/:kind", ConnectionPage],
  ["/escalations/connections/:connectionId", ConnectionPage],
  ["/escalations/undelivered", UndeliveredPage],
  ["/escalations/:escalationId", EscalationPage],
] as const;

/** Links outside this page name a conversation in full. */
function ConversationLink() {
  const { conversationId = "" } = useParams();
  const { search } = useLocation();
  return <Navigate replace to={{ pathname: `/c/${conversationId}`, search }} />;
}

export function PageRoutes() {
  return (
    <Routes>
      <Route path="/sign-in" element={<SignInPage />} />
      <Route
        element={
          <SessionGate>
            <AppFrame />
          </SessionGate>
        }
      >
        <Route index element={<AskPage />} />
        <Route
          path="/c/:conversationId"
          element={
            <Suspense fallback={<LoadingPage />}>
              <ConversationPage />
            </Suspense>
          }
        />
        <Route
          path="/knowledge"
          element={
            <Suspense fallback={<LoadingPage />}>
              <KnowledgePage />
            </Suspense>
          }
        />
        <Route
          path="/approvals"
          element={
            <Suspense fallback={<LoadingPage />}>
              <ApprovalsPage />
            </Suspense>
          }
        />
        <Route
          path="/approvals/settings"
          element={
            <Suspense fallback={<LoadingPage />}>
              <ApprovalSettingsPage />
            </Suspense>
          }
        />
        <Route
          path="/approvals/policies"
          element={
            <Suspense fallback={<LoadingPage />}>
              <PolicyPage />
            </Suspense>
          }
        />
        <Route
          path="/approvals/policies/:slug"
          element={
            <Suspense fallback={<LoadingPage />}>
              <PolicyPage />
            </Suspense>
          }
        />
        <Route
          path="/approvals/:approvalId"
          element={
            <Suspense fallback={<LoadingPage />}>
              <ApprovalPage />
            </Suspense>
          }
        />
        {escalationPages.map(([path, Page]) => (
          <Route
            key={path}
            path={path}
            element={
              <Suspense fallback={<LoadingPage />}>
                <Page />
              </Suspense>
            }
          />
        ))}
        <Route
          path="/usage"
          element={
            <Suspense fallback={<LoadingPage />}>
              <UsagePage />
            </Suspense>
          }
        />
        <Route
          path="/sources/:documentId"
          element={
            <Suspense fallback={<LoadingPage />}>
              <SourcePage />
            </Suspense>
          }
        />
        <Route path="/conversations/:conversationId" element={<ConversationLink />} />
        <Route path="*" element={<UnknownPage />} />
      </Route>
    </Routes>
  );
}
