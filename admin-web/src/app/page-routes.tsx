import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { AskPage } from "../ask/ask-page.tsx";
import { ConversationPage } from "../ask/conversation-page-loader.ts";
import { SessionGate } from "../session/session-gate.tsx";
import { SignInPage } from "../session/sign-in-page.tsx";
import { AppFrame } from "./app-frame.tsx";
import { LoadingPage } from "./loading-page.tsx";
import { UnknownPage } from "./unknown-page.tsx";

const KnowledgePage = lazy(() => import("../knowledge/knowledge-page.tsx"));

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
        <Route path="*" element={<UnknownPage />} />
      </Route>
    </Routes>
  );
}
