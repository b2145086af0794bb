import { raisesAlarms } from './alarm-checks.js';
import type { Check } from './check.js';
import {
  appliesTwice,
  migratesOnce,
  starts,
  tellsWhatIsAway,
  waitsForStores,
} from './installation-checks.js';
import { canBeDrained, carries, restartsUnderLoad, rotates, survivesKills, upgrades } from './load-checks.js';
import { servesPages } from './pages-checks.js';
import { endsLeaks, noticesSilentKafka, restartsWhatHangs } from './process-checks.js';
import { keepsRates, scales } from './scale-checks.js';
import { isClosed, isRestricted, keepsSecrets } from './security-checks.js';
import { runsBehindWall } from './wall-checks.js';

/** By the name that `--only` takes, in the order in which they run. */
export const CHECKS: Record<string, Check> = {
  starts,
  appliesTwice,
  migratesOnce,
  isRestricted,
  isClosed,
  keepsSecrets,
  servesPages,
  carries,
  restartsUnderLoad,
  survivesKills,
  canBeDrained,
  scales,
  keepsRates,
  tellsWhatIsAway,
  noticesSilentKafka,
  restartsWhatHangs,
  endsLeaks,
  waitsForStores,
  rotates,
  raisesAlarms,
  upgrades,
  runsBehindWall,
};
