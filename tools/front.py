#!/usr/bin/env python3
"""front SOURCE_ROOT OUTDIR STAMP DEPFILE enabled|auto|disabled - runs the front end's build (ui/build.mjs), when it can.

enabled: without node_modules it fails and says what to do. auto: it goes on, and pages are shown without styles and
scripts. disabled: never."""
import json, os, pathlib, shutil, subprocess, sys

root, out, stamp, depfile = map(pathlib.Path, sys.argv[1:5])
wish = sys.argv[5]
package = root / 'package.json'
inputs = [package, root / 'package-lock.json', root / 'ui/build.mjs', root / 'ui/icons.json']
for folder in ('pages', 'parts', 'styles', 'scripts', 'words'):
    inputs += [root / 'ui' / folder] + sorted((root / 'ui' / folder).rglob('*'))
# Absent packages stay in the list: ninja then asks again at the next build.
inputs = [path for path in inputs if path.exists()] + [root / 'node_modules'] * package.exists()
depfile.write_text('%s: %s\n' % (stamp, ' '.join(os.fspath(path).replace(' ', '\\ ') for path in inputs)))


def nothing():
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    stamp.write_text('none\n')
    sys.exit(0)


if not package.exists() or wish == 'disabled':
    nothing()
if not (root / 'node_modules').is_dir() or shutil.which('node') is None:
    if wish == 'enabled':
        sys.exit('front: the styles and scripts need the packages of package.json: run script/setup')
    print('front: no node_modules: pages will have no styles and scripts; run script/setup')
    nothing()
run = subprocess.run(['node', 'ui/build.mjs', os.fspath(out.resolve())], cwd=root)
if run.returncode != 0:
    sys.exit('front: the front end does not build')
names = json.loads((out / 'manifest.json').read_text())
stamp.write_text('%d files\n' % len(names))
