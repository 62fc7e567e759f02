import os
import subprocess


class CountStatuses(object):
    """Sends the object through a program, and answers with what that prints.

    Lesson: files of `dependencies` are deployed with the storlet and lie in
    storlet_execution_path. The program's exit code decides: a failure is told
    before anything was answered.
    """

    def __init__(self, logger):
        self.logger = logger

    def __call__(self, in_files, out_files, params):
        source, sink = in_files[0], out_files[0]
        program = os.path.join(params['storlet_execution_path'], 'count_statuses.sh')
        done = subprocess.run([program], input=source.read(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError('the program ended with %d: %s' % (done.returncode, done.stderr.decode('utf-8', 'replace')))

        metadata = source.get_metadata()
        metadata['Exit-Code'] = str(done.returncode)
        metadata['Content-Type'] = 'text/plain'
        sink.set_metadata(metadata)
        sink.write(done.stdout)
        self.logger.info('%d statuses' % done.stdout.count(b'\n'))
        source.close()
        sink.close()
