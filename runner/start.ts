#!/usr/bin/env node
/** The bundle's entry: runs the program; or, where Node makes a startup snapshot, leaves it there loaded and warm. */
import { setFlagsFromString, startupSnapshot } from 'node:v8';
import { runProgram } from './main.ts';

if (startupSnapshot.isBuildingSnapshot()) {
  void import('./commands/warm-up.ts').then(async ({ warmUp }) => warmUp());
  startupSnapshot.setDeserializeMainFunction(start);
} else start();

function start(): void {
  // A run does most things once, and many a few hundred times: compiling those for speed costs more than it saves.
  // What is hot for longer gets there all the same.
  setFlagsFromString('--interrupt-budget=1000000');
  // Much output is a lot of short-lived text: it is collected before it fills the memory.
  setFlagsFromString('--heap-growing-percent=25');
  runProgram();
}
