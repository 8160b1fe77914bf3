package svc

var transient = []int{1302, 1303, 5000}

func (s *Svc) create(ctx context.Context, in Input) (out *Output, err error) {
	for try := 0; ; try++ {
		out, err = s.kling.CreateTask(ctx, in)
		if err != nil || !slices.Contains(transient, out.Code) || try == 4 {
			return out, err
		}
		time.Sleep(time.Duration(1<<try) * time.Second)
	}
}
