/**
 * Every test of the real project by its name, and the test of ours that shows the same (storlets.md, chapter 8). A name that is not in our tests any more
 * fails here. Where there is nothing to show, a sentence says why.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./test-engine.ts";

/** A test file below `engine/`, and what its title contains; or why there is none. */
type Evidence = readonly [file: string, title: string] | string;

const python = "testing/storlet-upstream.test.ts";
const java = "testing/java-conformance.test.ts";
const cli = "testing/manager-cli.test.ts";
const middleware = "storlets/middleware.test.ts";
const rules = "storlets/rules.test.ts";
const doors = "storlets/doors.test.ts";
const statuses = "testing/storlet-statuses.test.ts";
const summary = "testing/storlet-summary.test.ts";
const profiles = "testing/storlet-profiles.test.ts";
const mainJob = "testing/main-job.test.ts";
const compute = "compute/compute.test.ts";
const lifecycle = "compute/lifecycle.test.ts";
const channel = "compute/channel.test.ts";
const docker = "compute/drivers/docker/driver.test.ts";
const files = "compute/runtime-tests/test_files.py";
const runtime = "compute/runtime-tests/test_runtime.py";
const helpers = "compute/runtime-tests/test_testing.py";

/** Functional tests (8.1 to 8.3): the same names in ours. Each class with `+` runs a second time as `…OnProxy`. */
const functional: Record<"common" | "java" | "python", Record<string, string[]>> = {
  common: { TestCapabilities: ["test_get_capabilities"], TestSetACL: ["test_set_acl"] },
  java: {
    "TestSLO+": ["test_get_SLO_without_storlet", "test_get_SLO_with_storlet"],
    "TestCompressStorlet+": ["test_put"],
    "TestCsvStorlet+": ["test_complete_file"],
    TestDeployStorlet: ["test_deploy_storlet"],
    "TestExecDepStorlet+": ["test_execdep"],
    "TestHalfIdentityStorlet+": ["test_get", "test_get_range"],
    "TestIdentityStorlet+": [
      "test_put_10MB_file",
      "test_put",
      "test_put_execute",
      "test_put_double",
      "test_get",
      "test_get_double",
      "test_get_execute",
      "test_get_ranges",
    ],
    "TestMetadataStorlet+": ["test_metadata_get"],
    "TestMultiInputStorlet+": ["test_get_extra_sources", "test_put_extra_sources", "test_put_x_copy_from_extra_sources"],
    "TestPartitionsIdentityStorlet+": ["test_first_range", "test_second_range"],
    "TestTestStorlet+": [
      "test_print",
      "test_crash",
      "test_hold",
      "test_parallel_print",
      "test_storlet_acl_get_fail",
      "test_storlet_acl_get_success",
    ],
    "TestThumbnailStorlet+": ["test_get", "test_put", "test_copy_put", "test_copy"],
  },
  python: {
    "TestSLO+": ["test_get_SLO_without_storlet", "test_get_SLO_with_storlet"],
    "TestBrokenStorlet+": ["test_get"],
    TestDeployStorlet: ["test_deploy_storlet"],
    "TestExecDepStorlet+": ["test_execdep"],
    "TestExecQueryHeaderStorlet+": [
      "test_put_execute_with_header",
      "test_put_execute_with_query",
      "test_get_execute_with_header",
      "test_get_execute_with_query",
    ],
    "TestMultiInputStorlet+": ["test_get_extra_sources", "test_put_extra_sources", "test_put_x_copy_from_extra_sources"],
    "TestMultiInputMIMEStorlet+": ["test_get_multipart_mime_response"],
    "TestSimpleStorlet+": ["test_get", "test_range_get", "test_put", "test_put_10MB_file", "test_copy_from", "test_copy_dest"],
    "TestSymlink+": ["test_get"],
    "TestTestStorlet+": [
      "test_print",
      "test_crash",
      "test_hold",
      "test_parallel_print",
      "test_storlet_acl_get_fail",
      "test_storlet_acl_get_success",
    ],
  },
};

/** Functional tests whose title is put together, or that live elsewhere. */
const functionalElsewhere: Record<string, Evidence> = {
  "java TestSLO.test_get_SLO_without_storlet": [java, "test_get_SLO_without_storlet"],
  "java TestSLO.test_get_SLO_with_storlet": [java, "test_get_SLO_with_storlet"],
  "java TestDeployStorlet.test_deploy_storlet": [cli, "lists the classes of a jar in the dialogue for Java"],
  "java TestTestStorlet.test_storlet_acl_get_success": [java, "test_storlet_acl_get_success"],
  "python TestSLO.test_get_SLO_with_storlet": [python, "and test_get_SLO_with_storlet"],
  "python TestDeployStorlet.test_deploy_storlet": [cli, "asks the questions of deploy_storlet, and deploys what it is told"],
  "python TestExecQueryHeaderStorlet.test_put_execute_with_header": [python, "test_get_execute / test_put_execute with %s"],
  "python TestExecQueryHeaderStorlet.test_put_execute_with_query": [python, "test_get_execute / test_put_execute with %s"],
  "python TestExecQueryHeaderStorlet.test_get_execute_with_header": [python, "test_get_execute / test_put_execute with %s"],
  "python TestExecQueryHeaderStorlet.test_get_execute_with_query": [python, "test_get_execute / test_put_execute with %s"],
  "python TestSimpleStorlet.test_copy_from": [python, '"test_copy_from"'],
  "python TestSimpleStorlet.test_copy_dest": [python, '"test_copy_dest"'],
  "python TestTestStorlet.test_storlet_acl_get_success": [python, "and test_storlet_acl_get_success"],
};

const oneProcess =
  "The object server's own checks of headers it gets from the proxy: here both are one process, and no such request exists.";
const ownPaths = "Where the real gateway keeps its files on the host is its own affair; ours are laid out in the next row.";
const ownProtocol =
  "The real SBus message as bytes. Between engine and daemons goes PROTOCOL.md; what an author notices of SBus is its size.";
const oneGateway = "There is one gateway, and no plug-ins to load.";

/** Unit tests (8.4 and 8.5), by module and class. */
const units: Record<string, Record<string, Evidence>> = {
  "swift_middleware.handlers.test_obj TestStorletMiddlewareObject": {
    test_load_app: oneProcess,
    test_call_unsupported_method: [profiles, "refusesRunOnUpload"],
    test_PUT_objet_into_storlets_container: [middleware, "test_PUT_objet_into_storlets_container"],
    test_GET_without_storlets: [middleware, "test_GET_without_storlets"],
    test_GET_with_storlets: [middleware, "test_GET_with_storlets"],
    test_GET_with_storlets_and_http_range: oneProcess,
    test_GET_with_storlets_and_storlet_range: [middleware, "test_GET_with_storlets_and_object_storlet_range"],
    test_GET_with_storlets_and_storlet_proxy_range: [middleware, "test_GET_with_storlets_and_storlet_range"],
    test_GET_slo_manifest_with_storlets: [middleware, "test_GET_slo_manifest_with_storlets"],
    test_GET_slo_segment_with_storlets: [middleware, "test_GET_slo_segment_with_storlets"],
    test_GET_symlink_with_storlets: [middleware, "test_GET_symlink_with_storlets"],
    test_storlets_with_invalid_method: [middleware, "test_storlets_with_invalid_method"],
  },
  "swift_middleware.handlers.test_obj TestStorletObjectHandler": {
    test_init_handler: [middleware, "test_init_handler"],
    test_get_storlet_invocation_options: [middleware, "test_get_storlet_invocation_options"],
  },
  "swift_middleware.handlers.test_proxy TestStorletMiddlewareProxy": Object.fromEntries(
    [
      "test_load_app",
      "test_GET_without_storlets",
      "test_GET_with_storlets",
      "test_GET_with_storlets_disabled_account",
      "test_GET_with_storlets_object_404",
      "test_GET_with_storlets_and_http_range",
      "test_GET_with_storlets_and_storlet_range",
      "test_GET_with_storlets_and_object_storlet_range",
      "test_GET_with_storlets_and_extra_resource",
      "test_PUT_with_storlets_and_extra_resource",
      "test_GET_with_storlets_and_extra_resource_within_limit",
      "test_GET_with_storlets_and_extra_resource_not_object",
      "test_GET_with_storlets_and_extra_resource_over_limit",
      "test_GET_with_storlets_and_extra_resource_disabled",
      "test_GET_slo_without_storlets",
      "test_GET_slo_with_storlets",
      "test_GET_symlink_with_storlets",
      "test_GET_with_storlets_no_object",
      "test_PUT_without_storlets",
      "test_PUT_with_storlets",
      "test_PUT_with_storlets_no_object",
      "test_PUT_copy_without_storlets",
      "test_PUT_copy_with_storlets",
      "test_PUT_copy_with_storlets_run_on_proxy",
      "test_COPY_verb_without_storlets",
      "test_COPY_verb_with_storlets",
      "test_COPY_verb_with_storlets_run_on_porxy",
      "test_copy_with_unsupported_headers",
      "test_PUT_storlet",
      "test_PUT_storlet_mandatory_parameter_fails",
      "test_POST_storlet",
      "test_GET_storlet",
      "test_PUT_dependency",
      "test_POST_dependency",
      "test_GET_dependency",
      "test_storlets_with_invalid_method",
      "test_POST_storlet_acl_bad_request",
      "test_POST_storlet_acl",
      "test_GET_with_invalid_referrer",
    ].map((name): [string, Evidence] => [name, [middleware, name]]),
  ),
  "swift_middleware.handlers.test_proxy TestStorletProxyHandler": {
    test_init_handler: [middleware, "test_init_handler"],
    test_remove_storlet_headers: [middleware, "test_remove_storlet_headers"],
    test_get_storlet_invocation_options: [middleware, "test_get_storlet_invocation_options"],
  },
  "swift_middleware.handlers.test_base": {
    "TestUtils.test_get_container_names": [python, "common.TestCapabilities.test_get_capabilities"],
    "TestSwiftFileManager.test_get_storlet": [mainJob, "makes changed code of the same size live"],
    "TestSwiftFileManager.test_get_dependency": [statuses, "deploys anew where a dependency or only its permissions changed"],
    "TestSwiftFileManager.test_put_log": [statuses, "uploads the log of a finished run on every door"],
    "TestStorletBaseHandler.test_init_failed_via_base_handler": "An abstract class of the real code.",
    "TestStorletBaseHandler.test_parameters_from_headers": [middleware, "test_parameters_from_headers"],
  },
  "gateway.gateways.container.test_gateway": {
    "TestContainerStorletRequest.test_init": [rules, "reads back what was registered"],
    "TestContainerStorletRequest.test_init_with_range": [doors, "counts every character beyond ASCII as its escape, and every input"],
    "TestContainerStorletRequest.test_has_range": [python, "TestIdentityStorlet${suffix}.test_get_ranges"],
    "ContainerGatewayTestMixin.test_check_mandatory_params": [rules, "nothing at all: the first is told"],
    "ContainerGatewayTestMixin.test_validate_storlet_registration_java": [rules, "a complete Java storlet"],
    "ContainerGatewayTestMixin.test_validate_storlet_registration_python": [rules, "a complete Python storlet"],
    "ContainerGatewayTestMixin.test_validate_storlet_registration_not_suppoeted": [rules, "another language"],
    "ContainerGatewayTestMixin.test_validate_dependency_registration": [rules, "checkDependencyRegistration"],
    "ContainerGatewayTestMixin.test_invocation_flow": [compute, "passes bytes, metadata and parameters"],
    "ContainerGatewayTestMixin.test_invocation_flow_with_extra_sources": [compute, "gives several inputs and ranges"],
  },
  "gateway.gateways.container.test_runtime TestRuntimePaths": {
    ...Object.fromEntries(
      [
        "test_host_pipe_dir",
        "test_create_host_pipe_dir",
        "test_host_factory_pipe",
        "test_get_host_storlet_pipe",
        "test_get_sbox_storlet_pipe",
        "test_host_storlet_base_dir",
        "test_get_host_slog_path",
        "test_runtime_paths_default",
        "test_create_host_pipe_dir_with_real_dir",
      ].map((name) => [name, ownPaths]),
    ),
    test_get_sbox_storlet_dir: [mainJob, "hands over parameters of query and headers, and the execution path"],
    test_get_host_storlet_dir: [lifecycle, "lays files out with their modes"],
    test_host_storlet_cache_dir: [profiles, "comparesCodeBySize"],
    test_host_dependency_cache_dir: [profiles, "comparesCodeBySize"],
  },
  "gateway.gateways.container.test_runtime TestStorletInvocationProtocol (+Python)": {
    test_send_execute_command: ownProtocol,
    test_invocation_protocol: [compute, "passes bytes, metadata and parameters"],
    test_invocation_protocol_remote_fds: ownProtocol,
    test_open_writer_with_invalid_fd: [channel, "rejects with SANDBOX_GONE where nobody listens"],
    test_writer_raise_while_in_writer_context: [compute, "ends the run where the input breaks off"],
  },
  "gateway.gateways.docker.test_runtime TestDockerRunTimeSandbox": {
    test_ping: [lifecycle, "starts a new sandbox where the old one was killed: the next invocation simply works"],
    test_wait: [docker, "tells the agent's last words and leaves no container"],
    test__restart: [docker, "too many sandboxes"],
    test_restart: [docker, "falls back to the default image where the scope's own does not start"],
    test_get_storlet_classpath: [
      "compute/runtime-tests/test_java.py",
      "test_class_path_has_the_runtime_then_the_storlet_then_its_dependencies",
    ],
  },
  "gateway.test_loader TestLoader": { test_load_gateway_entry_point: oneGateway, test_load_gateway_full_class_path: oneGateway },
  "gateway.common.test_logger TestStorletLogger": {
    test_open_close: [files, "class LoggerTest"],
    test_getfd: ownPaths,
    test_getsize: ownPaths,
  },
  "gateway.common.test_stob TestFileDescriptorIterator": {
    test_read_with_timeout: [compute, "gives up on a storlet that stalls between two chunks"],
    test_next: [channel, "a chunk stays as it is until the next one is asked for"],
    test_read: [compute, "64 MiB come back unchanged in flat memory"],
    test_readline: "Nothing reads output line by line.",
    test_readlines: "Nothing reads output line by line.",
  },
  "sbus.test_datagram": {
    "TestSBusFileDescriptor, SBusDatagramTestMixin, TestSBusServiceDatagram, TestSBusExecuteDatagram": [
      doors,
      "has the real engine's form: its ping is 103 bytes",
    ],
    "TestBuildDatagram.test_build_datagram": ownProtocol,
    "TestBuildDatagram.test_build_datagram_from_raw_message": ownProtocol,
  },
  "sbus.client.test_client TestSBusClient": {
    test_parse_response: [channel, "ends at what is no JSON"],
    test_ping: [lifecycle, "starts a new sandbox where the old one was killed: the next invocation simply works"],
    test_start_daemon: [lifecycle, "makes one sandbox per scope, and one daemon per bundle, however many ask at once"],
    test_stop_daemon: [lifecycle, "stops a daemon, then a sandbox, when asked to"],
    test_stop_daemons: [lifecycle, "stops a daemon, then a sandbox, when asked to"],
    test_halt: [lifecycle, "leaves nothing behind: no process, no socket, no directory"],
    test_daemon_status: [lifecycle, "starts a daemon again that was killed, and tells that it crashed"],
    test_cancel: [compute, "cancels one run and leaves its neighbours alone"],
  },
  "agent.common": {
    "test_server (responses, handlers)": [runtime, "test_bad_first_lines_close_the_connection"],
    "test_utils TestLogger.test_get_logger": "Levels of the agents' own logs: there is one log, filtered where it is read.",
  },
  "agent.daemon.test_files": {
    "TestStorletFile.test_closed": [files, "test_closing"],
    "TestStorletFile.test_contextmanager": [files, "test_context_manager_closes"],
    "TestStorletOutputFile.test_set_metadata": [files, "test_metadata_then_data"],
    "TestStorletOutputFile.test_set_metadata_twice": [files, "test_metadata_twice"],
    "TestStorletOutputFile.test_get_metadata_before_set": [files, "test_metadata_then_data"],
    "TestStorletOutputFile.test_write_before_set_metadata": [files, "test_data_before_metadata"],
    "TestStorletOutputFile.test_write": [files, "test_large_writes_arrive_whole"],
    "TestStorletOutputFile.test_writelines": [files, "test_data_before_metadata"],
    "TestStorletInputFile.test_read": [files, "test_read_returns_everything_then_nothing"],
    "TestStorletInputFile.test_read_size": [files, "test_read_returns_exactly_the_size_asked_for"],
    "TestStorletInputFile.test_readline": [files, "test_readline_keeps_line_ends"],
    "TestStorletInputFile.test_readline_size": [files, "test_readline_stops_at_its_limit"],
    "TestStorletInputFile.test_readlines": [files, "test_readlines_lists_all_lines"],
    "TestStorletInputFile.test_iter": [files, "test_iterating_yields_all_that_remains_as_one_chunk"],
    "TestStorletInputFile.test_get_metadata": [files, "test_metadata_is_title_cased_and_a_deep_copy"],
    "TestStorletInputFile.test_set_metadata": [files, "test_what_inputs_cannot_do"],
    TestStorletRangeInputFile: [files, "class RangeInputFileTest"],
  },
  "agent.daemon.test_server": {
    "TestStorletDaemon.test_invalid_module_name": [rules, "main in a package"],
    "TestStorletDaemon.test_module_not_found": [mainJob, "says why code that cannot be loaded does not run"],
    "TestStorletDaemonMain.test_main_loop_successful_stop": [lifecycle, "stops a daemon, then a sandbox, when asked to"],
    "TestStorletDaemonMain.test_main_loop_canceled_stop": [compute, "cancels one run and leaves its neighbours alone"],
    "TestStorletDaemonMain.test_main_loop_timeout": [lifecycle, "stops what is idle"],
  },
  "agent.daemon_factory.test_server": {
    test_get_jvm_args: ["compute/runtime-tests/test_java.py", "test_class_path_has_the_runtime_then_the_storlet_then_its_dependencies"],
    test_get_python_args: [compute, "refuses a language version that is not there"],
    test_spawn_subprocess: [compute, "reports a module that dies while it is loaded, and keeps what it printed"],
    test_wait_for_daemon_to_initialize: [compute, "tells why a run could not begin in time"],
    test_process_start_daemon: [lifecycle, "keeps the old version where the new one does not load"],
    "test_get_process_status_by_name, test_get_process_status_by_pid, test_daemon_status": [
      lifecycle,
      "starts a daemon again that was killed, and tells that it crashed",
    ],
    "test_process_kill, test_process_kill_all": [lifecycle, "leaves nothing behind: no process, no socket, no directory"],
    "test_shutdown_process, test_shutdown_all_processes": [
      lifecycle,
      "replaces a daemon when the digest changes: open runs finish on the old one",
    ],
    "test_start_daemon, test_stop_daemon, test_stop_daemons": [lifecycle, "stops a daemon, then a sandbox, when asked to"],
    "test_halt, test_main_loop_successful_stop": [
      lifecycle,
      "an engine that is killed leaves no process, and the next one clears up after it",
    ],
    test_main_loop_timeout: [lifecycle, "stops what is idle"],
  },
  tools: {
    "test_deploy_storlet.test_deploy_storlet_main_java": [cli, "lists the classes of a jar in the dialogue for Java"],
    "test_deploy_storlet.test_deploy_storlet_main_python": [cli, "asks the questions of deploy_storlet, and deploys what it is told"],
    "test_testtools.test_fake_storlet_file_in": [helpers, "test_several_inputs_metadata_and_logs"],
    "test_testtools.test_fake_storlet_file_out": [helpers, "test_several_inputs_metadata_and_logs"],
    "test_testtools.test_fake_storlet_file_out_set_metadata_twice_will_cause_error": [files, "test_metadata_twice"],
  },
  "what upstream does not cover (8.3)": {
    "Range+run 400": [summary, "Range + X-Run-Storlet"],
    "log upload": [statuses, "uploads the log of a finished run on every door"],
    "COPY from missing": [statuses, "COPY of a missing object"],
    DLO: [python, "a dynamic large object is read whole"],
    "EC, encryption, podman": "There are none here.",
    "open-ended ranges": [profiles, "fumblesRanges"],
    "extra-resource failures": [profiles, "readsErrorPages"],
    "cache update/same-size redeploy": [profiles, "comparesCodeBySize"],
    "dependency refresh": [statuses, "deploys anew where a dependency or only its permissions changed"],
    limits: [summary, "container limit"],
    "conditional requests": [statuses, "a condition that does not hold"],
    "ETag on PUT": [profiles, "comparesClientEtag"],
  },
};

const texts = new Map<string, string>();
function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(join(projectRoot, "engine", file), "utf8");
  texts.set(file, text);
  return text;
}

function expectEvidence(evidence: Evidence): void {
  if (typeof evidence === "string") expect(evidence).toMatch(/^[A-Z].+\.$/);
  else expect(textOf(evidence[0])).toMatch(new RegExp(`${evidence[1].replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![A-Za-z0-9_])`));
}

describe.each(Object.entries(functional))("functional, %s", (language, classes) => {
  const tests = Object.entries(classes).flatMap(([name, names]) => names.map((test): [string, string] => [name.replace("+", ""), test]));

  it.each(tests)("%s.%s", (className, test) => {
    const own: Evidence =
      language === "java"
        ? [java, `${className}.${test}`]
        : [python, language === "python" ? `${className}\${suffix}.${test}` : `${className}.${test}`];
    expectEvidence(functionalElsewhere[`${language} ${className}.${test}`] ?? own);
  });
});

it("classes that run on the proxy once more do so in ours", () => {
  expect(textOf(python)).toContain('["OnProxy", { "X-Storlet-Run-On-Proxy": "" }]');
  for (const what of ['describe.each(places)("GET %s"', 'describe.each(places)("PUT, copies and the rest %s"', '["TestSloOnProxy", {'])
    expect(textOf(java)).toContain(what);
});

describe.each(Object.entries(units))("unit, %s", (_module, tests) => {
  it.each(Object.entries(tests))("%s", (_test, evidence) => expectEvidence(evidence));
});
