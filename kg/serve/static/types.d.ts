// What the page's scripts hand each other. Read by the type checker only; no browser sees it.

declare namespace LKNode {
  type EvidenceRow = [source: number, said: number, quantity?: string];
  type Link = [subject: number, predicate: number, object: number, some: number, evidence: EvidenceRow[]];
  type Sign = [kind: string, subject: string | number[], comparator: string, limit: number | null, window: number | null];
  type Way = [tier: number, routes: number[]];
  type Reach = [cause: number, routes: number[][], ways: Way[], at: number[]];
  interface Sets { causes: number; pool: number; shown: number; tried: number }
  interface Constants {
    among: number; youngest: number; year: number; today: number; telling: number; anyKind: number; commonest: number; listed: number;
    ageTops: (number | null)[]; drugKinds: string[]; kindsInOrder: string[]; commonness: string[]; maxChains: number; sets: Sets;
  }
  /** `kg/answer/page/tables.py`; terms are numbers into `terms`. */
  interface Tables {
    terms: [id: string, label: string, kind: number, family: number, parents?: number[], inferred?: number[]][];
    kinds: string[]; families: string[]; directions: string[]; statements: string[]; predicates: string[]; sources: string[]; links: Link[];
    weights: Record<string, [number, string]>; constants: Constants; tiers: string[]; shelves: string[];
    targets: [target: number, base: number, several: number, low: number, follows: number[]][];
    lowTotal: number; exposureRoot: number; counted: Record<number, number>; forms: number[]; endOf: Record<number, number>; labelLists: [number, number, number][];
    mechanisms: Record<number, [number, number][]>; reach: Reach[];
    chances: [number, number][]; features: Record<number, [number[], number[]]>; bearers: Record<number, number[]>;
    against: Record<number, number[]>; risks: Record<number, number[]>; genes: Record<number, number[]>; twins: Record<number, number>;
    redundant: Record<number, string>; signs: number[]; commonness: Record<number, number>; cohorts: Record<number, number>;
    shares: Record<string, [number[], Record<number, number>][]>; ages: Record<number, [number, number][]>;
    sexes: Record<number, Record<string, [number, string]>>; constant: number[]; graded: number[]; cantMiss: Record<number, [string, number]>;
    windows: Record<number, [number | null, number | null][]>; recoveries: Record<number, number>; wholes: Record<number, number[]>;
    groups: Record<number, number[]>; downstream: Record<number, number[]>; gates: Record<number, [number, number][]>; needs: string[]; place: number;
    alarm: { rules: [string[], number, number | null, string][]; signs: Record<string, Sign[]>; adult: number; short: Record<string, string>; bounds: Record<string, string> };
    standing: { groups: Record<number, number[]>; claims: Record<number, number[]>; order: string[]; said: Record<string, string>; quantities: number; sources: number; causal: string[]; anyDrug: number };
  }
  type MeaningReading = [decides: string, normal: number, rule: number, source: number, competing: number[], assumptions: number[], group?: string, onLimit?: number];
  interface Test { id: string; label: string; short: string; unit: string; ages: number[]; patients: Record<string, number[][][]>; units: Record<string, [number, number]>; possible: [number, number] }
  /** `kg/serve/judged.py`. */
  interface Judged {
    tests: Record<string, Test>; meanings: { reading: 0 | MeaningReading; signs: [string, number][] }[]; texts: string[]; lines: string[]; bounded: string[];
    total: string; shares: Record<string, string>; sameTime: number; shareAlone: string; duffyNull: string; pregnant: string[];
    lowReadings: Record<string, string>; threeLines: [string, string[], string[], string[]]; adult: number;
  }

  interface Missed { kind: string; text: string; reason: string }
  interface Part { weight: number; factor: string; label: string; reason: string; n?: number; statement?: string; group?: string; name?: string }
  interface Ledger {
    parts: Map<number, Part[]>; heard: Map<number, Set<string>>; quiet: Map<string, number>; exposed: Set<number>;
    add(cause: number, part: Part): void; hear(cause: number, statement: string): void;
  }
  interface Stated { term: string; label: string; present: boolean; text: string; days?: number }
  interface Observation extends Stated { n: number; statement: string }
  interface Drug { n: number; label: string; start: number | null; stop: number | null }
  interface Reading {
    label: string; value: number; days_ago: number; decides: string; normal: boolean; test?: string; bound?: string; text?: string; rule?: string; source?: string;
    unit?: string; competing?: string[]; assumptions?: string[]; normal_for?: string; on_limit?: boolean;
  }
  /** A case by its terms, as the intake or `offline/reading.js` makes it. */
  interface Resolved {
    observations: Stated[]; drugs: { term: string; label: string; text?: string; start?: number | null; stop?: number | null; known?: boolean; classes?: string[]; suggestions?: string[] }[];
    readings: Reading[]; complete: boolean; age: number | null; sex?: string; missed?: Missed[];
  }
  /** A case by numbers of terms. */
  interface Case {
    present: Observation[]; absent: Observation[]; presentTerms: Set<number>; drugs: Drug[]; askable: boolean; age: number | null; sex: string;
    readings: Reading[]; targets: number[];
  }
  interface Reached { target: number; tier: number; routes: number[][] }
  interface Candidate { cause: number; tier: number; reached: Reached[] }
  interface Patient { age: number | null; sex: string; duffy: string; pregnant: boolean }
  interface Lab { test: string; value: number; unit?: string; bound?: string; days_ago?: number }

  interface World {
    tables: Tables; remember<V>(make: (n: number) => V): (n: number) => V; unpack(steps: number[]): number[];
    above(n: number): Set<number>; below(n: number): Set<number>; up(n: number): number[]; kindOf(n: number): string;
    number(id: string): number | undefined; id(n: number): string; label(n: number): string; family(n: number): number;
    isCause(n: number): boolean; isDrug(n: number): boolean; sortOf(n: number): string; isAsserted(child: number, parent: number): boolean;
    value(name: string): number; reason(name: string): string; causes: number[]; wholesOf(part: number): number[];
  }
  interface FeatureLink { feature: number; p: number; stated: boolean }
  interface Features {
    of(cause: number): Map<number, FeatureLink>; commonness(cause: number): number; completeness(cause: number): number; showing(feature: number): number[];
    silence(observed: number): number; rows(observed: number, follows: boolean): { cause: number; link: FeatureLink; weight: number }[];
    absence(cause: number, feature: number, follows: boolean): number;
  }
}

/** Parts of the page; what has no type here belongs to the drawing of the page. */
interface Page {
  parts: (() => void)[];
  data: {
    tables: LKNode.Tables; judged: LKNode.Judged; names: [number, ...string[]][]; vocabulary?: [string, string, string[], string[]][];
    versions: Record<string, string>; disclaimer: string; offline?: boolean;
  };
  world: LKNode.World;
  features: LKNode.Features;
  wording: { fixed(x: number, digits: number): string; general(x: number, digits?: number): string; percent(x: number, digits?: number): string };
  compare(a: any[], b: any[]): number;
  openLedger(): LKNode.Ledger;
  combine(parts: LKNode.Part[]): LKNode.Part[];
  order<C extends LKNode.Candidate & { parts: LKNode.Part[] }>(causes: C[]): (C & { score: number })[];
  foldForms(ordered: any[]): any[];
  findSets(causes: any[], targets: number[]): any[];
  alerts(given: LKNode.Resolved): string[];
  rank(resolved: LKNode.Resolved): { given: LKNode.Case; targets: number[]; causes: any[]; struck: any[]; asked: LKNode.Candidate[]; alerts: string[] };
  striker(given: LKNode.Case): (c: LKNode.Candidate) => string;
  ruledOut(given: LKNode.Case): Map<number, string>;
  answerOf(resolved: LKNode.Resolved): any;
  judgeValues(labs: LKNode.Lab[], patient: LKNode.Patient, missed: LKNode.Missed[]): { readings: LKNode.Reading[]; signs: any[] };
  fold(text: string): string;
  plainUnit(text: string): string;
  showUnit(unit: string): string;
  parseValue(text: string): { value?: number; bound?: string; unit?: string; wrong?: string };
  plainly(message: string, given: any): string;
  [part: string]: any;
}
