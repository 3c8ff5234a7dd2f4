// Lines of each project below src that some suite ran: prints a table, and fails when a project is below the floor.
//   node deploy/scripts/coverage/coverage.mjs FOLDER [FLOOR]      FOLDER holds the suites' cobertura files
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Two programs have names of their own.
const projectsOf = { steward: 'Steward.Host', 'steward-simulators': 'Steward.Simulators' };

/** Adds one suite's lines to what is known: project -> file -> line -> ran. A line counts once, whichever suites ran it. */
export function addReport(xml, projects) {
  for (const [, assembly, classes] of xml.matchAll(/<package name="([^"]*)"[^>]*>(.*?)<\/package>/gs)) {
    const project = projectsOf[assembly] ?? assembly;
    for (const [, file, body] of classes.matchAll(/<class [^>]*filename="([^"]*)"[^>]*>(.*?)<\/class>/gs)) {
      // Paths begin where those of all the suite's projects part.
      const lines = entry(entry(projects, project), file.replaceAll('\\', '/').split(`${project}/`).at(-1));
      for (const [, number, hits] of body.matchAll(/<line number="(\d+)" hits="(\d+)"/g)) {
        lines.set(number, lines.get(number) === true || hits !== '0');
      }
    }
  }
}

/** One row for each project: lines, lines that ran, per cent with one decimal, rounded down so that 80.0 means it. */
export function table(projects) {
  return [...projects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([project, files]) => {
    const ran = [...files.values()].flatMap((lines) => [...lines.values()]);
    const covered = ran.filter(Boolean).length;
    return { project, lines: ran.length, covered, percent: Math.floor((covered * 1000) / Math.max(ran.length, 1)) / 10 };
  });
}

function entry(map, key) {
  if (!map.has(key)) map.set(key, new Map());
  return map.get(key);
}

function reportsIn(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.cobertura.xml')).map((name) => join(folder, name));
}

function main(folder, floor = '80') {
  const projects = new Map();
  for (const report of reportsIn(folder)) addReport(readFileSync(report, 'utf8'), projects);
  const expected = readdirSync('src', { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => one.name);
  const rows = table(projects).filter((row) => expected.includes(row.project));
  for (const row of rows) console.log(`${row.project.padEnd(32)} ${String(row.lines).padStart(6)} lines ${row.percent.toFixed(1).padStart(6)} %`);
  // A project that no suite has loaded is missing here, and that is worse than a low figure.
  const missing = expected.filter((name) => !projects.has(name));
  const low = rows.filter((row) => row.percent < Number(floor)).map((row) => row.project);
  if (missing.length > 0) console.log(`No suite ran a line of: ${missing.join(', ')}`);
  if (low.length > 0) console.log(`Below ${floor} % of lines: ${low.join(', ')}. Write tests for what they do.`);
  return missing.length + low.length;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(main(process.argv[2], process.argv[3]) === 0 ? 0 : 1);
