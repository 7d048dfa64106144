#!/usr/bin/env node
/** The bundle's entry: runs the program; or, where Node makes a startup snapshot, leaves it there loaded and warm. */
import { startupSnapshot } from 'node:v8';
import { runProgram } from './main.ts';

if (startupSnapshot.isBuildingSnapshot()) {
  void import('./commands/warm-up.ts').then(async ({ warmUp }) => warmUp());
  startupSnapshot.setDeserializeMainFunction(start);
} else start();

function start(): void {
  // The starter hid it from Node; it is still what the caller says to all that we start.
  const { ROOTLAB_NODE_EXTRA_CA_CERTS: certificates } = process.env;
  if (certificates !== undefined) {
    process.env['NODE_EXTRA_CA_CERTS'] = certificates;
    delete process.env['ROOTLAB_NODE_EXTRA_CA_CERTS'];
  }
  runProgram();
}
