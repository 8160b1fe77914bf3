// Runs Kling jobs so that none is lost and none is paid twice: java Worker.java JOBS JOURNAL
//
// JOBS has a line for each job: an id of your own (it becomes external_task_id), the path, the body as JSON:
//     film-0001 /text-to-video/kling-3.0-turbo {"prompt": "a fox", "settings": {"duration": 3}}
// JOURNAL is written before each create; started again with the same two files, it goes on where it stopped.
// KLING_API_KEY holds the key, KLING_BASE_URL the host. One loop, one call at a time: nothing to lock.
import java.io.IOException;
import java.math.BigDecimal;
import java.net.*;
import java.net.http.*;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.stream.*;

public final class Worker {
  // The numbers of the policy; times in seconds, 0 attempts: until the deadline.
  static final double DEADLINE = 2127.0; // policy: deadline_s
  static final int SLOTS = 5; // policy: slots.limit
  static final int SLOTS_PER_JOB = 1; // policy: slots.per_job
  static final int LEARN_SLOTS = 0; // policy: slots.learn
  static final int GROW_AFTER = 20; // policy: slots.grow_after
  static final double PROBE = 17.5; // policy: slots.probe_s
  static final double[] POLL_AT = {84.0, 100.0, 112.0, 124.0, 134.0, 144.0, 154.0, 164.0}; // policy: poll.at_s
  static final double POLL_EVERY = 10.0; // policy: poll.then_every_s
  static final double POLL_STOP = 1669.0; // policy: poll.stop_after_s
  static final double POLL_JITTER = 0.1; // policy: poll.jitter
  static final int IDS_PER_QUERY = 20; // policy: poll.ids_per_query
  static final double[] LOOK_AFTER = {0.0, 10.0}; // policy: reconcile.look_after_s
  static final int CREATE_ATTEMPTS = 0; // policy: create.max_attempts
  static final double CREATE_BASE = 1.0; // policy: create.base_s
  static final double CREATE_CAP = 60.0; // policy: create.cap_s
  static final int READ_ATTEMPTS = 3; // policy: reads.max_attempts
  static final double READ_BASE = 1.0; // policy: reads.base_s
  static final double READ_CAP = 20.0; // policy: reads.cap_s
  static final double READ_BUDGET = 0.2; // policy: reads.budget_ratio
  static final Map<Outcome, Set<Integer>> CODES = Map.of(
    Outcome.SLOTS, Set.of(1303), // policy: codes.slots
    Outcome.RATE, Set.of(1302), // policy: codes.rate
    Outcome.ACCOUNT, Set.of(1100, 1101, 1102, 1304), // policy: codes.account
    Outcome.REQUEST, Set.of(1000, 1001, 1002, 1003, 1004, 1103, 1200, 1201, 1202, 1203, 1300, 1301)); // policy: codes.request

  /** What a create came to. */
  enum Outcome { OK, SLOTS, RATE, ACCOUNT, REQUEST, UNCLEAR }

  static final class Job {
    final String id, path;
    final Map<String, Object> body = new LinkedHashMap<>();
    String task = "";
    int creates;
    double since; // when the task was accepted, or the create became unclear
    double due; // when to ask next
    double at; // that time in the schedule
    int looks; // look-ups that said: not there
    int failures; // reads in a row that failed

    Job(String id, String path, Map<?, ?> body) {
      this.id = id;
      this.path = path;
      body.forEach((name, value) -> this.body.put(name.toString(), value));
    }
  }

  /** Status 0: no answer came. Code null: the body is not Kling's envelope. Not sent: the request never left. */
  record Answer(int status, Integer code, String message, List<Map<?, ?>> tasks, boolean sent) {
    static Answer read(int status, String text) {
      if (!(Json.read(text) instanceof Map<?, ?> map && map.get("code") instanceof BigDecimal code))
        return new Answer(status, null, text.substring(0, Math.min(100, text.length())), List.of(), true);
      List<?> data = map.get("data") instanceof List<?> list ? list : Arrays.asList(map.get("data"));
      List<Map<?, ?>> tasks = new ArrayList<>();
      for (Object item : data) if (item instanceof Map<?, ?> task) tasks.add(task);
      return new Answer(status, code.intValue(), text(map, "message"), tasks, true);
    }

    boolean ok() { return code != null && code == 0; }

    String why() { return code + " " + message; }

    Outcome outcome() {
      if (ok() && tasks.size() == 1 && !text(tasks.get(0), "id").isEmpty()) return Outcome.OK;
      if (!sent) return Outcome.RATE;
      if (status == 401) return Outcome.ACCOUNT; // the key: no other job would fare better
      if (message.contains("already exists")) return Outcome.UNCLEAR; // an earlier send arrived
      if (code == null) return status >= 300 && status < 500 ? Outcome.REQUEST : Outcome.UNCLEAR;
      return CODES.keySet().stream().filter(name -> CODES.get(name).contains(code)).findFirst().orElse(Outcome.UNCLEAR);
    }
  }

  /** Just enough JSON: objects become maps, numbers BigDecimal. */
  static final class Json {
    final String text;
    int at;

    Json(String text) { this.text = text; }

    /** Null for what is no JSON. */
    static Object read(String text) {
      try {
        Json json = new Json(text);
        Object value = json.value();
        return json.next() == 0 ? value : null;
      } catch (RuntimeException | StackOverflowError broken) {
        return null;
      }
    }

    static String write(Object value) {
      if (value instanceof Map<?, ?> map)
        return map.entrySet().stream().map(row -> write(row.getKey()) + ":" + write(row.getValue())).collect(Collectors.joining(",", "{", "}"));
      if (value instanceof List<?> list) return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      if (!(value instanceof String text)) return String.valueOf(value);
      StringBuilder out = new StringBuilder("\"");
      for (char sign : text.toCharArray())
        out.append(sign < ' ' || sign == '"' || sign == '\\' ? String.format("\\u%04x", (int) sign) : sign);
      return out.append('"').toString();
    }

    char next() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    boolean took(char wanted) { return next() == wanted && at++ >= 0; }

    void need(char wanted) {
      if (!took(wanted)) throw new IllegalArgumentException("expected " + wanted);
    }

    Object value() {
      if (next() == '"') return string();
      if (took('[')) {
        List<Object> list = new ArrayList<>();
        if (took(']')) return list;
        do list.add(value()); while (took(','));
        need(']');
        return list;
      }
      if (took('{')) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (took('}')) return map;
        do {
          String name = string();
          need(':');
          map.put(name, value());
        } while (took(','));
        need('}');
        return map;
      }
      int start = at;
      while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
      String word = text.substring(start, at);
      return word.equals("null") ? null : word.equals("true") || word.equals("false") ? Boolean.valueOf(word) : new BigDecimal(word);
    }

    String string() {
      need('"');
      StringBuilder out = new StringBuilder();
      for (char sign = text.charAt(at++); sign != '"'; sign = text.charAt(at++)) {
        if (sign == '\\') {
          sign = text.charAt(at++);
          int plain = "bfnrt".indexOf(sign);
          if (plain >= 0) sign = "\b\f\n\r\t".charAt(plain);
          if (sign == 'u') sign = (char) Integer.parseInt(text.substring(at, at += 4), 16);
        }
        out.append(sign);
      }
      return out.toString();
    }
  }

  static String text(Map<?, ?> map, String name) { return map.get(name) instanceof String text ? text : ""; }

  static final long START = System.nanoTime();

  static double now() { return (System.nanoTime() - START) / 1e9; }

  static double backoff(double base, double cap, int retries) {
    return Math.random() * Math.min(cap, base * Math.pow(2, retries)); // full jitter
  }

  final String baseUrl, key;
  final FileChannel journal;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final Deque<Job> queue = new ArrayDeque<>();
  final List<Job> unclear = new ArrayList<>(); // the create may have made a task
  final List<Job> running = new ArrayList<>();
  final int jobs;
  int held; // slots of tasks that were given up unseen
  int limit = Math.max(1, SLOTS / SLOTS_PER_JOB);
  int row; // creates accepted in a row at the limit
  int refusals, bad;
  double probeAt, backoffUntil;
  double budget = 10; // retries of reads that may be made
  boolean stopped;

  /** Puts each job where the journal left it. */
  Worker(String baseUrl, String key, List<Job> jobs, Path file) throws IOException {
    this.baseUrl = baseUrl;
    this.key = key;
    this.jobs = jobs.size();
    Map<String, String[]> last = new HashMap<>();
    if (Files.exists(file))
      for (String line : Files.readAllLines(file)) last.put(line.split(" ")[0], line.split(" "));
    for (Job job : jobs) {
      String[] words = last.getOrDefault(job.id, new String[0]);
      switch (words.length > 1 ? words[1] : words.length == 1 ? "cut" : "") {
        case "", "waiting" -> queue.add(job);
        case "failed", "refused" -> bad++;
        case "succeeded" -> { }
        default -> { // also a line that a crash cut off
          boolean known = words.length > 2 && List.of("task", "unknown").contains(words[1]);
          if (known) job.task = words[2];
          (known ? running : unclear).add(job);
        }
      }
    }
    journal = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** On the disk before anything else happens. */
  void note(Job job, String word, String value) throws IOException {
    String line = (job.id + " " + word + " " + value).replaceAll("\\s+", " ").strip();
    journal.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    journal.force(false);
    System.out.println(line);
  }

  Answer call(String path, Map<String, Object> body) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(Duration.ofSeconds(60))
      .header("Authorization", "Bearer " + key).header("Content-Type", "application/json");
    if (body != null) request.POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
    try {
      HttpResponse<String> reply = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return Answer.read(reply.statusCode(), reply.body());
    } catch (IOException error) {
      return new Answer(0, null, error.toString(), List.of(), !(error instanceof ConnectException));
    }
  }

  int free() { return limit - running.size() - unclear.size() - held; }

  boolean mayCreate() { return !queue.isEmpty() && !stopped && free() > 0; }

  /** True when every job has its result. */
  boolean run() throws IOException, InterruptedException {
    while ((!running.isEmpty() || !unclear.isEmpty() || mayCreate()) && now() < DEADLINE) {
      double next = Stream.concat(running.stream(), unclear.stream()).mapToDouble(job -> job.due).min().orElse(DEADLINE);
      if (mayCreate()) {
        double at = Math.max(probeAt, backoffUntil);
        if (at <= now()) {
          create(queue.remove());
          continue;
        }
        next = Math.min(next, at);
      }
      Thread.sleep((long) Math.ceil(Math.max(0, Math.min(next, DEADLINE) - now()) * 1000));
      List<Job> lost = unclear.stream().filter(job -> job.due <= now()).collect(Collectors.toList());
      Collections.reverse(lost); // what never arrived goes back to the head of the queue: the first one last
      for (Job job : lost) lookUp(job);
      poll(running.stream().filter(job -> job.due <= now()).limit(IDS_PER_QUERY).toList());
    }
    List<Job> open = Stream.concat(running.stream(), unclear.stream()).toList();
    for (Job job : open) note(job, "unknown", job.task); // it may still end well: run again later, never create again
    int unknown = open.size() + held, good = jobs - bad + held - unknown - queue.size();
    System.err.printf("%d succeeded, %d failed or refused, %d unknown (may be billed), %d not sent%n", good, bad - held, unknown, queue.size());
    return good == jobs;
  }

  void create(Job job) throws IOException, InterruptedException {
    note(job, "sending", "");
    job.creates++;
    Map<Object, Object> options = new LinkedHashMap<>(job.body.get("options") instanceof Map<?, ?> given ? given : Map.of());
    options.put("external_task_id", job.id);
    job.body.put("options", options);
    Answer answer = call(job.path, job.body);
    switch (answer.outcome()) {
      case OK -> started(job, answer);
      case UNCLEAR -> {
        job.since = now();
        job.looks = 0;
        job.due = job.since + LOOK_AFTER[0];
        unclear.add(job);
      }
      case REQUEST -> {
        bad++;
        note(job, "refused", answer.why());
      }
      default -> {
        again(job, answer.why());
        await(answer);
      }
    }
  }

  /** Nothing was created: the job goes back to the head of the queue. */
  void again(Job job, String why) throws IOException {
    boolean ends = CREATE_ATTEMPTS > 0 && job.creates >= CREATE_ATTEMPTS;
    note(job, ends ? "refused" : "waiting", why);
    if (ends) bad++;
    else queue.addFirst(job);
  }

  void await(Answer answer) {
    switch (answer.outcome()) {
      case ACCOUNT -> {
        stopped = true;
        System.err.println("no more creates: HTTP " + answer.status() + ", " + answer.why());
      }
      case RATE -> backoffUntil = now() + backoff(CREATE_BASE, CREATE_CAP, refusals++);
      default -> { // somebody else uses the slots: try when one of ours ends, or after a while
        row = 0;
        if (LEARN_SLOTS > 0) limit = Math.max(1, limit - free());
        probeAt = now() + PROBE * (0.8 + 0.4 * Math.random());
      }
    }
  }

  void started(Job job, Answer answer) throws IOException {
    job.task = text(answer.tasks().get(0), "id");
    note(job, "task", job.task);
    job.since = now();
    job.at = 0;
    job.failures = 0;
    refusals = 0;
    schedule(job);
    running.add(job);
    row = free() <= 0 ? row + 1 : 0;
    if (LEARN_SLOTS > 0 && row >= GROW_AFTER) {
      limit++;
      row = 0;
    }
  }

  /** The next time of the schedule; the gap to it is jittered, so that polls keep their distance. */
  void schedule(Job job) {
    double next = Arrays.stream(POLL_AT).filter(at -> at > job.at).findFirst().orElse(job.at + POLL_EVERY);
    job.due = now() + (next - job.at) * (1 + POLL_JITTER * (2 * Math.random() - 1));
    job.at = next;
  }

  void earn() { budget = Math.min(10, budget + READ_BUDGET); }

  /** Whether a failed read is repeated out of turn; then due is set. */
  boolean retryRead(Job job) {
    job.failures++;
    if (job.failures >= READ_ATTEMPTS || budget < 1) return false;
    budget--;
    job.due = now() + backoff(READ_BASE, READ_CAP, job.failures - 1);
    return true;
  }

  /** Is there a task with our id? Only a clear no lets the create be sent again. */
  void lookUp(Job job) throws IOException, InterruptedException {
    earn();
    Answer answer = call("/tasks?external_task_ids=" + URLEncoder.encode(job.id, StandardCharsets.UTF_8), null);
    if (answer.ok() && !answer.tasks().isEmpty()) {
      unclear.remove(job);
      started(job, answer);
    } else if (answer.ok() || answer.message().toLowerCase(Locale.ROOT).contains("not found")) {
      job.failures = 0;
      if (++job.looks < LOOK_AFTER.length) {
        job.due = job.since + LOOK_AFTER[job.looks];
      } else {
        unclear.remove(job);
        again(job, "never arrived");
      }
    } else if (!retryRead(job)) {
      job.due = now() + READ_CAP; // a failed look-up proves nothing
    }
  }

  void poll(List<Job> due) throws IOException, InterruptedException {
    if (due.isEmpty()) return;
    earn();
    Answer answer = call("/tasks?task_ids=" + due.stream().map(job -> job.task).collect(Collectors.joining(",")), null);
    for (Job job : due) {
      Map<?, ?> task = answer.tasks().stream().filter(one -> answer.ok() && job.task.equals(one.get("id"))).findFirst().orElse(Map.of());
      if (answer.ok()) job.failures = 0;
      if (List.of("succeeded", "failed").contains(text(task, "status"))) {
        ended(job, task);
      } else if (now() - job.since > POLL_STOP) {
        running.remove(job);
        held++;
        bad++;
        note(job, "unknown", job.task);
      } else if (answer.ok() || !retryRead(job)) {
        schedule(job);
      }
    }
  }

  void ended(Job job, Map<?, ?> task) throws IOException {
    running.remove(job);
    probeAt = 0; // a slot of ours is free
    if (text(task, "status").equals("failed")) {
      bad++;
      note(job, "failed", text(task, "message"));
      return;
    }
    StringBuilder urls = new StringBuilder();
    if (task.get("outputs") instanceof List<?> outputs)
      for (Object output : outputs) if (output instanceof Map<?, ?> map) urls.append(text(map, "url")).append(' ');
    note(job, "succeeded", urls.toString());
  }

  static void fail(String why) {
    System.err.println("worker: " + why);
    System.exit(2);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    String key = System.getenv().getOrDefault("KLING_API_KEY", "").strip();
    if (arguments.length != 2 || key.isEmpty()) fail("usage: KLING_API_KEY=... java Worker.java JOBS JOURNAL");
    List<Job> jobs = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] parts = line.strip().split("\\s+", 3);
      if (parts.length == 3 && Json.read(parts[2]) instanceof Map<?, ?> body) jobs.add(new Job(parts[0], parts[1], body));
      else if (!line.isBlank()) fail("expected an id, a path, a body: " + line);
    }
    if (jobs.stream().map(job -> job.id).distinct().count() != jobs.size()) fail("two jobs have the same id");
    String base = System.getenv().getOrDefault("KLING_BASE_URL", "https://api-singapore.klingai.com").replaceAll("/+$", "");
    System.exit(new Worker(base, key, jobs, Path.of(arguments[1])).run() ? 0 : 1);
  }
}
