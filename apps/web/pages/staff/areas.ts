import type { ParseKeys } from 'i18next';
import type { Role } from './shell/session.js';

interface Page {
  path: string;
  label: ParseKeys<'shell'>;
}

/** What each role works with; the first page is where it starts. */
export const AREAS: { roles: Role[]; pages: Page[] }[] = [
  {
    roles: ['clerk'],
    pages: [
      { path: '/counter', label: 'menu.register' },
      { path: '/counter/requests', label: 'menu.requests' },
      { path: '/counter/calls', label: 'menu.calls' },
    ],
  },
  { roles: ['officer', 'lead-officer'], pages: [{ path: '/workbench', label: 'menu.workbench' }] },
  { roles: ['operator'], pages: [{ path: '/operations', label: 'menu.operations' }] },
];
