import { createContext, useContext } from 'react';
import type { Account } from './session.js';

export const AccountContext = createContext<Account | undefined>(undefined);

/** Who is logged in. */
export const useAccount = (): Account => useContext(AccountContext)!;
