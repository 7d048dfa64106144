#!/usr/bin/env node
/** The bundle's entry: runs the program; or, where Node makes a startup snapshot, leaves it there loaded and warm. */
import { startupSnapshot } from 'node:v8';
import { runProgram } from './main.ts';

if (startupSnapshot.isBuildingSnapshot()) {
  void import('./commands/warm-up.ts').then(async ({ warmUp }) => warmUp());
  startupSnapshot.setDeserializeMainFunction(runProgram);
} else runProgram();
