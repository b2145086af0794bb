import { checkDated, checkNeeds, codesOf, checkUnique, checkKnown, type Check, type Fail } from './checks.js';
import type { Files } from './files.js';
import { doCover } from './in-force.js';
import type { Field, MatterEntry, PartEntry, StageName } from './matter.js';

export const checkField: Check<Field> = (field, fail, earlier) => {
  checkUnique(field, fail, earlier);
  const { type, min, max, choices, pattern } = field;
  const isNumber = type === 'number' || type === 'integer';
  if (!isNumber && (min ?? max) !== undefined) fail('/type', `a ${type} has no min and max`);
  if (min !== undefined && max !== undefined && min > max) fail('/max', `${max} is less than ${min}`);
  if (type !== 'choice' && choices) fail('/choices', `a ${type} has no choices`);
  if (type !== 'string' && pattern) fail('/pattern', `a ${type} has no pattern`);
};

export const checkStage: Check<StageName> = ({ code, utilities }, fail, earlier) => {
  utilities.forEach((utility, index) => {
    if (earlier.some((stage) => stage.code === code && stage.utilities.includes(utility)))
      fail(`/utilities/${index}`, `${utility} already has ${code}`);
  });
};

export function checkPart({ materials, fields, stages }: Files): Check<PartEntry> {
  return (part, fail, earlier) => {
    checkDated(part, fail, earlier);
    checkNeeds(part, codesOf(materials), fail);
    checkKnown(part.fields, codesOf(fields), '/fields', 'field', fail);
    const ofUtility = stages.filter(({ utilities }) => utilities.includes(part.utility));
    const codes = part.stages.map(({ code }) => code);
    checkKnown(codes, codesOf(ofUtility), '/stages', `stage of ${part.utility}`, fail);
    checkPlan(part, fail);
  };
}

function checkPlan({ stages, limit }: PartEntry, fail: Fail): void {
  stages.forEach((stage, index) => {
    const before = stages.slice(0, index);
    checkUnique(stage, (path, reason) => fail(`/stages/${index}${path}`, reason), before);
    if (stage.plannedDay < (before.at(-1)?.plannedDay ?? 0))
      fail(`/stages/${index}/plannedDay`, 'is before the stage before it');
  });
  if (stages.at(-1)?.plannedDay !== limit.days)
    fail('/limit/days', `the last stage is not planned for day ${limit.days}`);
}

export function checkMatter({ materials, parts }: Files): Check<MatterEntry> {
  return (matter, fail, earlier) => {
    checkDated(matter, fail, earlier);
    checkNeeds(matter, codesOf(materials), fail);
    checkKnown(matter.parts, codesOf(parts), '/parts', 'part', fail);
    matter.parts.forEach((code, index) => {
      const versions = parts.filter((part) => part.code === code);
      const reason = versions.length > 0 && findMisfit(matter, versions);
      if (reason) fail(`/parts/${index}`, reason);
    });
    const utilities = matter.parts.map((code) => parts.find((part) => part.code === code)?.utility);
    utilities.forEach((utility, index) => {
      if (utility && utilities.indexOf(utility) < index)
        fail(`/parts/${index}`, `a second part for ${utility}`);
    });
  };
}

function findMisfit(matter: MatterEntry, versions: PartEntry[]): string | undefined {
  const code = versions[0]?.code;
  if (!doCover(versions, matter)) return `${code} is not in force as long as the matter`;
  const shared = versions
    .flatMap(({ materials }) => materials)
    .find((need) => matter.materials.includes(need));
  return shared && `${code} and the matter both ask for ${shared}`;
}
