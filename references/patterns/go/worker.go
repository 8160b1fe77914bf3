// Runs Kling jobs so that none is lost and none is paid twice: go run worker.go JOBS JOURNAL
//
// JOBS has a line for each job: an id of your own (it becomes external_task_id), the path, the body as JSON:
//
//	film-0001 /text-to-video/kling-3.0-turbo {"prompt": "a fox", "settings": {"duration": 3}}
//
// JOURNAL is written before each create; started again with the same two files, it goes on where it stopped.
// KLING_API_KEY holds the key, KLING_BASE_URL the host. One loop, one call at a time: nothing to lock.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

// The numbers of the policy; times in seconds, 0 attempts: until the deadline.
const (
	deadline       = 2127.0 // policy: deadline_s
	slots          = 5      // policy: slots.limit
	slotsPerJob    = 1      // policy: slots.per_job
	learnSlots     = 0      // policy: slots.learn
	growAfter      = 20     // policy: slots.grow_after
	probe          = 17.5   // policy: slots.probe_s
	pollEvery      = 10.0   // policy: poll.then_every_s
	pollStop       = 1669.0 // policy: poll.stop_after_s
	pollJitter     = 0.1    // policy: poll.jitter
	idsPerQuery    = 20     // policy: poll.ids_per_query
	createAttempts = 0      // policy: create.max_attempts
	createBase     = 1.0    // policy: create.base_s
	createCap      = 60.0   // policy: create.cap_s
	readAttempts   = 3      // policy: reads.max_attempts
	readBase       = 1.0    // policy: reads.base_s
	readCap        = 20.0   // policy: reads.cap_s
	readBudget     = 0.2    // policy: reads.budget_ratio
)

var (
	pollAt    = []float64{84.0, 100.0, 112.0, 124.0, 134.0, 144.0, 154.0, 164.0} // policy: poll.at_s
	lookAfter = []float64{0.0, 10.0}                                             // policy: reconcile.look_after_s
	codes     = map[string][]int{
		"slots":   {1303},                                                                   // policy: codes.slots
		"rate":    {1302},                                                                   // policy: codes.rate
		"account": {1100, 1101, 1102, 1304},                                                 // policy: codes.account
		"request": {1000, 1001, 1002, 1003, 1004, 1103, 1200, 1201, 1202, 1203, 1300, 1301}, // policy: codes.request
	}
)

type job struct {
	id, path string
	body     map[string]any
	task     string
	creates  int
	since    float64 // when the task was accepted, or the create became unclear
	due      float64 // when to ask next
	at       float64 // that time in the schedule
	looks    int     // look-ups that said: not there
	failures int     // reads in a row that failed
}

type task struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Message string `json:"message"`
	Outputs []struct {
		URL string `json:"url"`
	} `json:"outputs"`
}

type answer struct {
	status  int  // 0: no answer came
	code    *int // nil: the body is not Kling's envelope
	message string
	tasks   []task // one for a create
	sent    bool   // false: the request never left
}

func (a answer) ok() bool { return a.code != nil && *a.code == 0 }

func (a answer) why() string {
	if a.code == nil {
		return "no code: " + a.message
	}
	return fmt.Sprint(*a.code, " ", a.message)
}

// outcome is what a create came to: ok, slots, rate, account, request or unclear.
func (a answer) outcome() string {
	switch {
	case a.ok() && len(a.tasks) == 1 && a.tasks[0].ID != "":
		return "ok"
	case !a.sent:
		return "rate"
	case a.status == http.StatusUnauthorized:
		return "account" // the key: no other job would fare better
	case strings.Contains(a.message, "already exists"):
		return "unclear" // an earlier send arrived
	case a.code == nil && a.status >= 300 && a.status < 500:
		return "request"
	}
	for name, known := range codes {
		for _, code := range known {
			if a.code != nil && *a.code == code {
				return name
			}
		}
	}
	return "unclear"
}

func read(status int, raw []byte) answer {
	var envelope struct {
		Code    *int            `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if json.Unmarshal(raw, &envelope) != nil || envelope.Code == nil {
		return answer{status: status, message: fmt.Sprintf("%.100s", raw), sent: true}
	}
	a := answer{status: status, code: envelope.Code, message: envelope.Message, sent: true}
	var one task
	if json.Unmarshal(envelope.Data, &a.tasks) != nil && json.Unmarshal(envelope.Data, &one) == nil {
		a.tasks = []task{one}
	}
	return a
}

var start = time.Now()

func now() float64 { return time.Since(start).Seconds() }

func sleep(seconds float64) { time.Sleep(time.Duration(seconds * float64(time.Second))) }

// backoff draws a delay with full jitter.
func backoff(base, limit float64, retries int) float64 {
	return rand.Float64() * math.Min(limit, base*math.Pow(2, float64(retries)))
}

type worker struct {
	baseURL, key string
	journal      *os.File
	client       http.Client
	jobs         int
	queue        []*job
	unclear      []*job // the create may have made a task
	running      []*job
	held         int // slots of tasks that were given up unseen
	limit        int
	row          int // creates accepted in a row at the limit
	refusals     int
	probeAt      float64
	backoffUntil float64
	budget       float64 // retries of reads that may be made
	stopped      bool
	bad          int
}

func without(jobs []*job, gone *job) []*job {
	var kept []*job
	for _, j := range jobs {
		if j != gone {
			kept = append(kept, j)
		}
	}
	return kept
}

// resume puts each job where the journal left it.
func (w *worker) resume(jobs []*job, journal string) {
	last := map[string][]string{}
	for _, line := range strings.Split(journal, "\n") {
		if words := strings.Fields(line); len(words) > 1 {
			last[words[0]] = append(words[1:], "")
		}
	}
	w.jobs = len(jobs)
	for _, j := range jobs {
		words, seen := last[j.id]
		switch {
		case !seen || words[0] == "waiting":
			w.queue = append(w.queue, j)
		case (words[0] == "task" || words[0] == "unknown") && words[1] != "":
			j.task = words[1]
			w.running = append(w.running, j)
		case words[0] == "failed" || words[0] == "refused":
			w.bad++
		case words[0] != "succeeded": // also a line that a crash cut off
			w.unclear = append(w.unclear, j)
		}
	}
}

// note is on the disk before anything else happens.
func (w *worker) note(j *job, words ...string) {
	line := strings.Join(strings.Fields(j.id+" "+strings.Join(words, " ")), " ")
	_, err := fmt.Fprintln(w.journal, line)
	if err == nil {
		err = w.journal.Sync()
	}
	if err != nil {
		fail(err)
	}
	fmt.Println(line)
}

func (w *worker) call(path string, body any) answer {
	method, payload := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		payload, _ = json.Marshal(body)
	}
	request, err := http.NewRequest(method, w.baseURL+path, bytes.NewReader(payload))
	if err != nil {
		fail(err)
	}
	request.GetBody = nil // the library must not send a create again
	request.Header.Set("Authorization", "Bearer "+w.key)
	request.Header.Set("Content-Type", "application/json")
	reply, err := w.client.Do(request)
	if err != nil {
		var name *net.DNSError
		return answer{message: err.Error(), sent: !errors.As(err, &name) && !errors.Is(err, syscall.ECONNREFUSED)}
	}
	defer reply.Body.Close()
	raw, err := io.ReadAll(reply.Body)
	if err != nil {
		return answer{message: err.Error(), sent: true}
	}
	return read(reply.StatusCode, raw)
}

func (w *worker) free() int { return w.limit - len(w.running) - len(w.unclear) - w.held }

func (w *worker) mayCreate() bool { return len(w.queue) > 0 && !w.stopped && w.free() > 0 }

// run is true when every job has its result.
func (w *worker) run() bool {
	for (len(w.running)+len(w.unclear) > 0 || w.mayCreate()) && now() < deadline {
		next := deadline
		if w.mayCreate() {
			at := math.Max(w.probeAt, w.backoffUntil)
			if at <= now() {
				first := w.queue[0]
				w.queue = w.queue[1:]
				w.create(first)
				continue
			}
			next = math.Min(next, at)
		}
		open := append(append([]*job{}, w.running...), w.unclear...)
		for _, j := range open {
			next = math.Min(next, j.due)
		}
		sleep(next - now())
		var due []*job
		for i := len(open) - 1; i >= 0; i-- { // the first one last: what never arrived goes back to the head of the queue
			j := open[i]
			if j.due > now() {
				continue
			}
			if j.task == "" {
				w.lookUp(j)
			} else if len(due) < idsPerQuery {
				due = append(due, j)
			}
		}
		w.poll(due)
	}
	open := append(append([]*job{}, w.running...), w.unclear...)
	for _, j := range open {
		w.note(j, "unknown", j.task) // it may still end well: run again later, never create again
	}
	bad, unknown, left := w.bad-w.held, len(open)+w.held, len(w.queue)
	good := w.jobs - bad - unknown - left
	fmt.Fprintf(os.Stderr, "%d succeeded, %d failed or refused, %d unknown (may be billed), %d not sent\n", good, bad, unknown, left)
	return good == w.jobs
}

func (w *worker) create(j *job) {
	w.note(j, "sending")
	j.creates++
	options, _ := j.body["options"].(map[string]any)
	if options == nil {
		options = map[string]any{}
	}
	options["external_task_id"] = j.id
	j.body["options"] = options
	a := w.call(j.path, j.body)
	switch came := a.outcome(); came {
	case "ok":
		w.started(j, a.tasks[0].ID)
	case "unclear":
		j.since, j.looks, j.due = now(), 0, now()+lookAfter[0]
		w.unclear = append(w.unclear, j)
	case "request":
		w.bad++
		w.note(j, "refused", a.why())
	default:
		w.again(j, a.why())
		w.wait(came, a)
	}
}

// again: nothing was created, the job goes back to the head of the queue.
func (w *worker) again(j *job, why string) {
	if createAttempts > 0 && j.creates >= createAttempts {
		w.bad++
		w.note(j, "refused", why)
		return
	}
	w.note(j, "waiting", why)
	w.queue = append([]*job{j}, w.queue...)
}

func (w *worker) wait(came string, a answer) {
	switch came {
	case "account":
		w.stopped = true
		fmt.Fprintf(os.Stderr, "no more creates: HTTP %d, %s\n", a.status, a.why())
	case "rate":
		w.backoffUntil = now() + backoff(createBase, createCap, w.refusals)
		w.refusals++
	default: // somebody else uses the slots: try when one of ours ends, or after a while
		w.row = 0
		if learnSlots > 0 {
			if w.limit -= w.free(); w.limit < 1 {
				w.limit = 1
			}
		}
		w.probeAt = now() + probe*(0.8+0.4*rand.Float64())
	}
}

func (w *worker) started(j *job, id string) {
	w.note(j, "task", id)
	j.task, j.since, j.at, j.failures, w.refusals = id, now(), 0, 0, 0
	w.schedule(j)
	w.running = append(w.running, j)
	w.row++
	if w.free() > 0 {
		w.row = 0
	}
	if learnSlots > 0 && w.row >= growAfter {
		w.limit, w.row = w.limit+1, 0
	}
}

// schedule: the gap to the next time is jittered, so that polls keep their distance.
func (w *worker) schedule(j *job) {
	next := j.at + pollEvery
	for i := len(pollAt) - 1; i >= 0 && pollAt[i] > j.at; i-- {
		next = pollAt[i]
	}
	j.due = now() + (next-j.at)*(1+pollJitter*(2*rand.Float64()-1))
	j.at = next
}

func (w *worker) earn() { w.budget = math.Min(10, w.budget+readBudget) }

// retryRead tells whether a failed read is repeated out of turn; then due is set.
func (w *worker) retryRead(j *job) bool {
	j.failures++
	if j.failures >= readAttempts || w.budget < 1 {
		return false
	}
	w.budget--
	j.due = now() + backoff(readBase, readCap, j.failures-1)
	return true
}

// lookUp asks for a task with our id. Only a clear no lets the create be sent again.
func (w *worker) lookUp(j *job) {
	w.earn()
	a := w.call("/tasks?external_task_ids="+url.QueryEscape(j.id), nil)
	switch {
	case a.ok() && len(a.tasks) > 0:
		w.unclear = without(w.unclear, j)
		w.started(j, a.tasks[0].ID)
	case a.ok() || strings.Contains(strings.ToLower(a.message), "not found"):
		j.looks, j.failures = j.looks+1, 0
		if j.looks < len(lookAfter) {
			j.due = j.since + lookAfter[j.looks]
			return
		}
		w.unclear = without(w.unclear, j)
		w.again(j, "never arrived")
	case !w.retryRead(j):
		j.due = now() + readCap // a failed look-up proves nothing
	}
}

func (w *worker) poll(jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	var ids []string
	for _, j := range jobs {
		ids = append(ids, j.task)
	}
	w.earn()
	a := w.call("/tasks?task_ids="+strings.Join(ids, ","), nil)
	found := map[string]task{}
	if a.ok() {
		for _, t := range a.tasks {
			found[t.ID] = t
		}
	}
	for _, j := range jobs {
		t := found[j.task]
		if a.ok() {
			j.failures = 0
		}
		switch {
		case t.Status == "succeeded" || t.Status == "failed":
			w.ended(j, t)
		case now()-j.since > pollStop:
			w.running = without(w.running, j)
			w.held++
			w.bad++
			w.note(j, "unknown", j.task)
		case a.ok() || !w.retryRead(j):
			w.schedule(j)
		}
	}
}

func (w *worker) ended(j *job, t task) {
	w.running = without(w.running, j)
	w.probeAt = 0 // a slot of ours is free
	if t.Status == "failed" {
		w.bad++
		w.note(j, "failed", t.Message)
		return
	}
	words := []string{"succeeded"}
	for _, output := range t.Outputs {
		words = append(words, output.URL)
	}
	w.note(j, words...)
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "worker:", why)
	os.Exit(2)
}

func jobs(text string) (all []*job) {
	seen := map[string]bool{}
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(parts) != 3 || seen[parts[0]] {
			fail("expected an id that is not there yet, a path, a body: " + line)
		}
		j := &job{id: parts[0], path: parts[1]}
		if err := json.Unmarshal([]byte(parts[2]), &j.body); err != nil {
			fail(err)
		}
		seen[j.id] = true
		all = append(all, j)
	}
	return all
}

func main() {
	key, base := strings.TrimSpace(os.Getenv("KLING_API_KEY")), os.Getenv("KLING_BASE_URL")
	if len(os.Args) != 3 || key == "" {
		fail("usage: KLING_API_KEY=... go run worker.go JOBS JOURNAL")
	}
	if base == "" {
		base = "https://api-singapore.klingai.com"
	}
	rand.Seed(time.Now().UnixNano())
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	journal, err := os.OpenFile(os.Args[2], os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		fail(err)
	}
	before, err := io.ReadAll(journal)
	if err != nil {
		fail(err)
	}
	limit := slots / slotsPerJob
	if limit < 1 {
		limit = 1
	}
	w := &worker{baseURL: strings.TrimRight(base, "/"), key: key, journal: journal, limit: limit, budget: 10}
	w.client.Timeout = time.Minute
	w.resume(jobs(string(text)), string(before))
	if !w.run() {
		os.Exit(1)
	}
}
