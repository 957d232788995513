"""Small faults, planted one at a time in a copy of the code: the tests of a module are to tell on each.

mutmut makes the faults and runs, for each, those tests that pass through its function. It leaves decorated functions
alone, and most services are decorated: in the copy `name = decorator(name)` follows a function in place of the `@`
before it. Every run starts from a copy of one migrated SQLite file. The working folder stays as it is.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import libcst

from devtools.places import APPS, ROOT

SECONDS = 2  # a fault may take ten times as long as the tests on the code as it is and these, of the processor

# The test files that are to tell on a module: those of its own subject, so that a rule is held where one looks for it.
COLUMNS = "tests/test_own_columns.py"
STATISTICS = [
    f"tests/impact/domain/statistics/test_{noun}.py"
    for noun in ("binomial", "multipliers", "rates", "refusals", "tables", "totals")
]
LOANS = [
    "tests/volunteers/domain/test_loans.py",
    "tests/volunteers/selectors/test_loan_limits.py",
    "tests/volunteers/services/test_assignments_limits.py",
]
TESTS = {
    "impact/domain/statistics/binomial.py": STATISTICS,
    "impact/domain/statistics/given.py": [
        *STATISTICS,
        "tests/impact/domain/statistics/test_given.py",
        "tests/impact/selectors/test_given_days.py",
    ],
    "impact/domain/statistics/groups.py": [
        *STATISTICS,
        "tests/impact/domain/statistics/test_groups.py",
    ],
    "impact/domain/statistics/multipliers.py": STATISTICS,
    "impact/domain/statistics/net.py": [*STATISTICS, "tests/impact/domain/statistics/test_net.py"],
    "impact/domain/statistics/rate.py": [
        *STATISTICS,
        "tests/impact/domain/statistics/test_rate.py",
    ],
    "impact/domain/statistics/rates.py": STATISTICS,
    "impact/domain/statistics/results.py": STATISTICS,
    "impact/domain/statistics/surveys.py": [
        *STATISTICS,
        "tests/impact/domain/statistics/test_surveys.py",
    ],
    "impact/domain/statistics/tables.py": STATISTICS,
    "impact/domain/statistics/totals.py": [
        *STATISTICS,
        "tests/impact/selectors/test_totals.py",
        "tests/impact/domain/statistics/test_totals_of_people.py",
    ],
    "volunteers/selectors/loan_limits.py": LOANS,
    "volunteers/domain/loans.py": LOANS,
    "volunteers/selectors/month_sheets.py": [
        "tests/volunteers/selectors/test_month_sheets.py",
        "tests/volunteers/services/test_months_signed.py",
        "tests/volunteers/exports/test_month_lists.py",
        "tests/volunteers/views/test_months.py",
    ],
    "volunteers/domain/valuation.py": ["tests/volunteers/domain/test_valuation.py"],
    "crm/permissions.py": ["tests/crm/test_permissions.py"],
    "engagements/permissions.py": ["tests/engagements/test_permissions.py"],
    "volunteers/permissions.py": ["tests/volunteers/test_permissions.py"],
    "impact/permissions.py": ["tests/impact/test_permissions.py"],
    "engagements/services/leads.py": ["tests/engagements/services/test_leads.py"],
    "engagements/services/milestones.py": [
        "tests/engagements/services/test_milestones.py",
        COLUMNS,
    ],
    "volunteers/services/agreements.py": ["tests/volunteers/services/test_agreements.py"],
    "volunteers/services/assignments.py": [
        "tests/volunteers/services/test_assignments.py",
        COLUMNS,
    ],
    "volunteers/services/months.py": ["tests/volunteers/services/test_months.py", COLUMNS],
    "volunteers/services/weeks.py": ["tests/volunteers/services/test_weeks.py", COLUMNS],
    "impact/services/measurements.py": ["tests/impact/services/test_measurements.py", COLUMNS],
    "impact/services/targets.py": ["tests/impact/services/test_targets.py", COLUMNS],
}

MARKED = "not browser and not postgres and not large and not thorough"
SETTINGS = """
[tool.mutmut]
source_paths = {apps}
only_mutate = {only}
also_copy = {others}
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-n", "0", "-p", "tests.kept_database", "--reuse-db", "-m", "{marked}"]
timeout_constant = {seconds}
timeout_multiplier = 5  # mutmut doubles it
track_dependencies = false
use_git_change_detection = false
"""


def main():
    options = parser().parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10_000)
    modules = [
        module
        for module in TESTS
        if not options.module or any(module.startswith(m) for m in options.module)
    ]
    if not modules:
        sys.exit("No such module. Known are:\n" + "\n".join(TESTS))
    if options.sample:
        print(f"{options.sample} of each module, drawn with --seed {seed}.", flush=True)
    with tempfile.TemporaryDirectory(prefix="relais-mutants-") as folder:
        copy = Path(folder) / "copy"
        copy_of_the_code(copy)
        template = Path(folder) / "template.sqlite3"
        migrate(copy, template)
        counts = {module: tried(copy, module, template, options.sample, seed) for module in modules}
    return told(counts)


def parser():
    parser = argparse.ArgumentParser(prog="dev.py mutants", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--module", action="append", help="its path or how that begins; may be given again"
    )
    parser.add_argument(
        "--sample", type=int, help="so many faults of each module, drawn at random (default: all)"
    )
    parser.add_argument(
        "--seed", type=int, help="the number that was printed, to draw the same ones again"
    )
    return parser


def copy_of_the_code(copy):
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(
        listed, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    for module in TESTS:
        path = copy / module
        path.write_text(libcst.parse_module(path.read_text()).visit(Undecorated()).code)


class Undecorated(libcst.CSTTransformer):
    """The same functions, wrapped by an assignment of their own."""

    def leave_FunctionDef(self, original_node, updated_node):  # noqa: N802 (libcst's name)
        if not updated_node.decorators:
            return updated_node
        name, value = updated_node.name.value, updated_node.name
        for decorator in reversed(updated_node.decorators):
            value = libcst.Call(func=decorator.decorator, args=[libcst.Arg(value)])
        wrapped = libcst.parse_statement(f"{name} = {libcst.Module(body=[]).code_for_node(value)}")
        return libcst.FlattenSentinel([updated_node.with_changes(decorators=[]), wrapped])


def migrate(copy, template):
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(
        command, cwd=copy, check=True, env=os.environ | {"DATABASE_URL": f"sqlite:///{template}"}
    )


def tried(copy, module, template, sample, seed):
    """{outcome: how many} of one module; whatever was not caught is printed with its change."""
    shutil.rmtree(copy / "mutants", ignore_errors=True)
    others = [
        entry.name
        for entry in copy.iterdir()
        if entry.name not in (*APPS, "tests", "pyproject.toml")
    ]
    plain = (ROOT / "pyproject.toml").read_text()
    own = SETTINGS.format(
        apps=APPS, only=[module], others=others, tests=TESTS[module], seconds=SECONDS, marked=MARKED
    )
    (copy / "pyproject.toml").write_text(plain + own)
    outcomes = copy / "outcomes.json"
    command = [sys.executable, "-c", DRIVER, str(outcomes), str(sample or 0), str(seed)]
    print(f"== {module}", flush=True)
    env = os.environ | {"RELAIS_TEMPLATE": str(template)}
    done = subprocess.run(command, cwd=copy, env=env, stdout=subprocess.PIPE)
    if done.returncode:
        print(done.stdout.decode())
        sys.exit(f"The tests of {module} fail as it is, or do not start; the reason is above.")
    verdicts = json.loads(outcomes.read_text())
    for name, (outcome, change) in verdicts.items():
        if outcome not in CAUGHT:
            print(f"-- {outcome}: {name}\n{change}", flush=True)
    return Counter(outcome for outcome, _change in verdicts.values())


CAUGHT = {"killed", "timeout"}

# Within the copy, once for each module: mutmut keeps what it knows in its process.
DRIVER = """
import json, os, random, sys
from mutmut import __main__ as mutmut
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

outcomes, sample, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
mutmut.set_mutant_under_test("mutant_generation")
os.makedirs("mutants", exist_ok=True)
mutmut.copy_src_dir()
mutmut.copy_also_copy_files()
mutmut.create_mutants(1)
names = sorted(name for _file, name, _outcome in mutmut.collect_source_file_mutation_data(mutant_names=())[0])
if sample:
    names = random.Random(seed).sample(names, min(sample, len(names)))
mutmut._run(names, 1)
found = {}
for file, name, outcome in mutmut.collect_source_file_mutation_data(mutant_names=names)[0]:
    said = status_by_exit_code[outcome]
    found[name] = said, "" if said == "killed" else get_diff_for_mutant(name, path=file.path)
with open(outcomes, "w") as written:
    json.dump(found, written)
"""


def told(counts):
    print()
    for module, outcomes in counts.items():
        of, caught = outcomes.total(), sum(outcomes[name] for name in CAUGHT)
        rest = ", ".join(
            f"{number} {name}" for name, number in outcomes.items() if name not in CAUGHT
        )
        print(
            f"{module}: {caught} of {of} caught ({share(caught, of)})"
            + (f"; {rest}" if rest else "")
        )
    of = sum(outcomes.total() for outcomes in counts.values())
    caught = sum(outcomes[name] for outcomes in counts.values() for name in CAUGHT)
    print(f"All: {caught} of {of} caught ({share(caught, of)}).")
    return 0


def share(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "none"


if __name__ == "__main__":
    sys.exit(main())
