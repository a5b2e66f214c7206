const count = (some: number): string => some.toLocaleString('en');

/** What people read about CSV files, and about numbers that are given many at a time. */
export const files = {
  files: {
    exportCsv: 'Export CSV',
    exporting: 'The file is being fetched',
    importCsv: 'Import CSV',
    importTitle: 'Import CSV',
    how: 'Export the DIDs, change the file in a spreadsheet, and bring it back. An empty cell clears; a column that is not there stays as it is. DIDs are neither added nor removed.',
    choose: 'CSV file',
    chooseHint: 'The first line names the columns: number, failover number, backup.',
    clear: 'Take the file away',
    newHint:
      'The first line names the columns: number, and where wanted failover number, backup, trunk group.',
    newSummary: (all: number, refused: number) =>
      `${all === 1 ? '1 number' : `${count(all)} numbers`} in the file, ${count(refused)} refused.`,
    addNew: (some: number) => (some === 1 ? 'Add 1 DID' : `Add ${count(some)} DIDs`),
    orFile: 'or from a file',
    warnings: 'Worth a look',
    placeholder: 'Choose a file',
    drop: 'Or drop it here',
    reading: 'Looking at what the file would change',
    summary: (changed: number, same: number, refused: number) =>
      `${count(changed)} will change, ${count(same)} stay as they are, ${count(refused)} refused.`,
    refused: 'Refused',
    refusedHint: 'Nothing is changed while anything is refused. Correct the file and choose it again.',
    changes: 'What will change',
    line: 'Line',
    column: 'Column',
    reason: 'Reason',
    from: 'From',
    to: 'To',
    more: (some: number) => `And ${count(some)} more.`,
    nothing: 'The file says what is so already.',
    apply: (some: number) => (some === 1 ? 'Change 1 DID' : `Change ${count(some)} DIDs`),
    again: 'Look again',
  },
  numbers: {
    how: 'How the numbers are given',
    list: 'List',
    range: 'Range',
    from: 'First number',
    to: 'Last number',
    rangeHint: 'Every number from the first to the last, 10,000 at most.',
  },
} as const;
