package kling

// Pool holds a slot from the create to the end of the task.
func (p *Pool) Generate(ctx context.Context, body Body) (*Video, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.slots }()

	id, err := p.client.CreateTask(ctx, body)
	if err != nil {
		return nil, err
	}
	return p.client.WaitTask(ctx, id)
}
