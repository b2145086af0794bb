import type { Utility } from '@lianban/contracts';
import type { RequestedPart } from './service-request.entity.js';

/** A material promised for later and not yet supplied. */
export interface PendingMaterial {
  code: string;
  utility: Utility;
  promisedBy: string;
}

/** Promised materials of parts that were not withdrawn, unless an answer supplied them. */
export const findPendingMaterials = (parts: readonly RequestedPart[]): PendingMaterial[] =>
  parts
    .filter(({ cancelReason }) => cancelReason === undefined)
    .flatMap(({ utility, materials, answers }) =>
      materials
        .filter(
          ({ method, code }) =>
            method === 'deferred' && !answers.some((answer) => supplies(answer.materials, code)),
        )
        .map(({ code, promisedBy }) => ({ code, utility, promisedBy: promisedBy! })),
    );

const supplies = (materials: readonly { code: string }[], code: string) =>
  materials.some((material) => material.code === code);
