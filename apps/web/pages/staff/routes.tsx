import { lazy } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { AREAS } from './areas.js';
import { Crashed } from './shell/crashed.js';
import { NotFound } from './shell/not-found.js';
import { PageLayout } from './shell/layout.js';
import type { Account } from './shell/session.js';

const RegisterPage = lazy(() => import('./counter/register-page.js'));
const RequestsPage = lazy(() => import('./counter/requests-page.js'));
const RequestPage = lazy(() => import('./counter/request-page.js'));
const ReceiptPage = lazy(() => import('./counter/receipt-page.js'));
const CallsPage = lazy(() => import('./counter/calls-page.js'));
const WorkbenchPage = lazy(() => import('./workbench/workbench-page.js'));
const OperationsPage = lazy(() => import('./operations/operations-page.js'));
const JobPage = lazy(() => import('./workbench/job-page.js'));

const OF_CLERKS = [
  { path: 'counter', element: <RegisterPage /> },
  { path: 'counter/requests', element: <RequestsPage /> },
  { path: 'counter/requests/:receipt', element: <RequestPage /> },
  { path: 'counter/receipts/:receipt', element: <ReceiptPage /> },
  { path: 'counter/calls', element: <CallsPage /> },
];
const OF_OFFICERS: typeof OF_CLERKS = [
  { path: 'workbench', element: <WorkbenchPage /> },
  { path: 'workbench/:requestId', element: <JobPage /> },
];
const OF_OPERATORS: typeof OF_CLERKS = [{ path: 'operations', element: <OperationsPage /> }];

const PAGES: Record<Account['role'], typeof OF_CLERKS> = {
  clerk: OF_CLERKS,
  officer: OF_OFFICERS,
  'lead-officer': OF_OFFICERS,
  operator: OF_OPERATORS,
};

/** The pages of a role; any other address is said to be none. */
export function routesFor({ role }: Account) {
  const start = AREAS.find(({ roles }) => roles.includes(role))?.pages[0]?.path;
  return createBrowserRouter(
    [
      {
        element: <PageLayout />,
        errorElement: <Crashed />,
        children: [
          ...(start ? [{ index: true, element: <Navigate to={start} replace /> }] : []),
          ...PAGES[role],
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
    { basename: '/staff' },
  );
}
