import type { Utility } from '@lianban/contracts';
import type { RequestedPart } from './service-request.entity.js';

/** A material promised for later and not yet supplied. */
export interface PendingMaterial {
  code: string;
  utility: Utility;
  promisedBy: string;
}

/** What the applicant still owes: promised, not supplied with an answer since, of a part he still wants. */
export const pendingMaterialsOf = (parts: readonly RequestedPart[]): PendingMaterial[] =>
  parts
    .filter(({ withdrawnFor }) => withdrawnFor === undefined)
    .flatMap(({ utility, materials, answers }) =>
      materials
        .filter(
          ({ by, code }) => by === 'deferred' && !answers.some((answer) => supplies(answer.materials, code)),
        )
        .map(({ code, promisedBy }) => ({ code, utility, promisedBy: promisedBy! })),
    );

const supplies = (materials: readonly { code: string }[], code: string) =>
  materials.some((material) => material.code === code);
