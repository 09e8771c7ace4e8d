//! THE table: every parameter a user can set, one row each. Adding a parameter is one row here and its use in
//! a formula.
//!
//! A row is a doc comment, which is also the help text; the field with its type and default; then the
//! [`ParamId`], and with it the label (at most 14 characters), the heading, and what it may be, with whatever else
//! is known of it ([`Columns`]). A field of type `Option` may be left to follow from the rest, `auto`. Its path is its
//! place in [`Scenario`], or of its table in another: the words that files, `--set` and reports use.
//!
//! Three files expand the rows: `id` into names, `stated` into fields, `rows` into parameters (the last column is
//! written with the imports of `rows`). Under a heading, parameters are shown in the order of this table; only the
//! first screen has an order of its own, [`MAIN`]. A table whose fields make sense `together` only is one cause where
//! causes are told apart; elsewhere each field is one `alone`.
//!
//! [`ParamId`]: crate::scenario::id::ParamId
//! [`Columns`]: crate::scenario::param::Columns
//! [`Scenario`]: crate::scenario::stated::Scenario
//! [`MAIN`]: crate::scenario::rows::MAIN

/// Hands the rows to the macro that declares something from them.
macro_rules! parameters {
    ($declare:ident) => {
    $declare! {
        {
            /// A smaller distilled model that serves all traffic in place of the main one.
            distilled_model: Option<ModelId> = None => DistilledModel("Distilled", Strategies,
                model().aliases(&["routing.distilled_model", "serving.distilled_model"]));
        }

        /// A catalog model, its size, and any fields of its shape set by hand.
        model: ModelChoice, together {
            /// The model being trained and served.
            preset: Option<ModelId> = None => ModelPreset("Model", Main, model());
            /// Total parameters; another size scales the preset's layers and width.
            size: Option<f64> = None => ModelSize("Parameters", Main,
                number(log(Parameters, 1e8, 1e13).stops(SIZES))
                    .follows(|s, c| shape(s, c).total_parameters().value()));
            /// Transformer layers.
            layers: Option<f64> = None => ModelLayers("Layers", Shape,
                number(pieces(1.0, 1000.0)).follows(|s, c| shape(s, c).layers.value()));
            /// Width of the residual stream.
            hidden: Option<f64> = None => ModelHidden("Hidden", Shape,
                number(pieces(16.0, 1e6)).follows(|s, c| shape(s, c).hidden.value()));
            /// Query heads.
            heads: Option<f64> = None => ModelHeads("Heads", Shape,
                number(pieces(1.0, 4096.0)).follows(|s, c| shape(s, c).heads.value()));
            /// Key/value heads: fewer than query heads with GQA, one with MQA.
            kv_heads: Option<f64> = None => ModelKvHeads("KV heads", Shape,
                number(pieces(1.0, 4096.0)).follows(|s, c| shape(s, c).kv_heads.value()));
            /// Width of each attention head.
            head_dim: Option<f64> = None => ModelHeadDim("Head width", Shape,
                number(pieces(8.0, 4096.0)).follows(|s, c| shape(s, c).head_dim.value()));
            /// Feed-forward width of a dense layer.
            ffn: Option<f64> = None => ModelFfn("FFN width", Shape,
                number(pieces(16.0, 1e7)).follows(|s, c| shape(s, c).ffn.value()));
            /// Gated FFN (SwiGLU): three matrices instead of two.
            gated: Option<bool> = None => ModelGated("Gated", Shape,
                flag().follows(|s, c| shape(s, c).gated.value()));
            /// Vocabulary size.
            vocab: Option<f64> = None => ModelVocab("Vocabulary", Shape,
                number(pieces(256.0, 1e7)).follows(|s, c| shape(s, c).vocab.value()));
            /// The embedding and the output head share one matrix.
            tied_embeddings: Option<bool> = None => ModelTiedEmbeddings("Tied", Shape,
                flag().follows(|s, c| shape(s, c).tied_embeddings.value()));
            /// Routed experts per layer; 0 for a dense model.
            experts: Option<f64> = None => ModelExperts("Experts", Shape,
                number(pieces(0.0, 1e5)).follows(|s, c| shape(s, c).experts.map(|e| e.count).value()));
            /// Routed experts active for each token.
            active_experts: Option<f64> = None => ModelActiveExperts("Active experts", Shape,
                number(pieces(1.0, 1e5)).follows(|s, c| shape(s, c).experts.map(|e| e.active).value()));
            /// Shared experts that process every token.
            shared_experts: Option<f64> = None => ModelSharedExperts("Shared experts", Shape,
                number(pieces(0.0, 1e5)).follows(|s, c| shape(s, c).experts.map(|e| e.shared).value()));
            /// Feed-forward width of each expert.
            expert_ffn: Option<f64> = None => ModelExpertFfn("Expert width", Shape,
                number(pieces(16.0, 1e7)).follows(|s, c| shape(s, c).experts.map(|e| e.ffn).value()));
            /// Dense feed-forward layers in a mixture-of-experts model.
            dense_layers: Option<f64> = None => ModelDenseLayers("Dense layers", Shape,
                number(pieces(0.0, 1000.0))
                    .follows(|s, c| shape(s, c).experts.map(|e| e.dense_layers).value()));
            /// Rank of the compressed KV latent (MLA); 0 for standard attention.
            kv_lora_rank: Option<f64> = None => ModelKvLoraRank("KV rank", Shape,
                number(pieces(0.0, 1e5)).follows(|s, c| shape(s, c).latent.map(|l| l.kv_rank).value()));
            /// Rank of the compressed query (MLA).
            q_lora_rank: Option<f64> = None => ModelQLoraRank("Q rank", Shape,
                number(pieces(0.0, 1e5)).follows(|s, c| shape(s, c).latent.map(|l| l.q_rank).value()));
            /// Width of the rotary part of the key (MLA).
            qk_rope_dim: Option<f64> = None => ModelQkRopeDim("RoPE width", Shape,
                number(pieces(0.0, 4096.0)).follows(|s, c| shape(s, c).latent.map(|l| l.rope_dim).value()));
            /// Width of the non-rotary part of each query and key head (MLA).
            qk_nope_dim: Option<f64> = None => ModelQkNopeDim("NoPE width", Shape,
                number(pieces(0.0, 4096.0)).follows(|s, c| shape(s, c).latent.map(|l| l.nope_dim).value()));
            /// Width of each value head (MLA).
            v_head_dim: Option<f64> = None => ModelVHeadDim("V width", Shape,
                number(pieces(0.0, 4096.0)).follows(|s, c| shape(s, c).latent.map(|l| l.value_dim).value()));
            /// Tokens that a local attention layer can see.
            sliding_window: Option<f64> = None => ModelSlidingWindow("Window", Shape,
                number(pieces(16.0, 1e7))
                    .follows(|s, c| shape(s, c).locality.and_then(window).value()));
            /// Every nth layer attends to the full context.
            global_every: Option<f64> = None => ModelGlobalEvery("Global every", Shape,
                number(pieces(1.0, 1000.0))
                    .follows(|s, c| shape(s, c).locality.map(|l| l.global_every).value()));
        }

        /// The traffic: how long, how much, and how it grows.
        workload: Workload, alone {
            /// Tokens per request, prompt plus answer; of a session, what one turn adds.
            sequence_length: f64 = 2048.0 => WorkloadSequenceLength("Sequence", Main,
                number(binary(Context, 2.0, 4_194_304.0).fractional().stops(CONTEXTS)
                    .plausible(1024.0, 4096.0)));
            /// Share of requests a response cache answers without a GPU; 30-60% is common.
            cache_hit_rate: f64 = 0.0 => WorkloadCacheHitRate("Cache hits", Main,
                number(share().between(0.0, 0.99).plausible(0.1, 0.6).band("common", 0.3, 0.6)));
            /// Requests per day, before any cache.
            requests_per_day: f64 = 1e6 => WorkloadRequestsPerDay("Requests/day", Demand,
                number(log(Count, 1.0, 1e11).stops(&[1e3, 1e5, 1e6, 1e7, 1e8, 1e9])));
            /// Share of a request's tokens that are its answer; the rest is prompt.
            output_share: f64 = 0.25 => WorkloadOutputShare("Output share", Demand,
                number(share().between(1e-6, 1.0).plausible(0.1, 0.5)));
            /// Share of prompt tokens in the prefix cache, which skip prefill; auto is a session's history.
            prefix_cache_hit_rate: Option<f64> = None => WorkloadPrefixCacheHitRate("Prefix hits", Demand,
                number(share().between(0.0, resolve::MOST_CACHED).plausible(0.0, 0.6))
                    .follows(|s, _| resolve::prefix_hit_rate(&s.workload).value()));
            /// Peak demand of the day relative to its mean.
            peak_to_mean: f64 = 1.5 => WorkloadPeakToMean("Peak / mean", Demand,
                number(linear(Ratio, 1.0, 10.0, 0.1).plausible(1.2, 2.5)));
            /// Month-over-month growth in requests.
            growth_per_month: f64 = 0.0 => WorkloadGrowthPerMonth("Growth/month", Demand,
                number(linear(Share, -0.5, 1.0, 0.01).plausible(0.0, 0.1)));
            /// Period over which training and inference costs are compared.
            horizon_months: f64 = 24.0 => WorkloadHorizonMonths("Horizon", Demand,
                number(linear(Months, 1.0, 120.0, 1.0).whole().stops(&[6.0, 12.0, 24.0, 36.0, 60.0])
                    .plausible(12.0, 36.0)));
            /// Target mean time to first token; below 100 ms counts as critical.
            latency_target_ms: Option<f64> = None => WorkloadLatencyTargetMs("Latency target", Demand,
                number(log(Milliseconds, 10.0, 600_000.0).stops(&[100.0, 500.0, 1e3, 5e3])));
            /// How requests come: at random, as others end, or all at once.
            arrivals: Arrivals = Arrivals::Poisson => WorkloadArrivals("Arrivals", Requests,
                words(Arrivals::IDS));
            /// Tokens that a model thinks before its answer: paid for as output, and not seen.
            thinking_tokens: f64 = 0.0 => WorkloadThinkingTokens("Thinking", Requests,
                number(linear(Tokens, 0.0, 131_072.0, 256.0).stops(&[1024.0, 8192.0, 32_768.0])));
            /// Turns of a session, each a request that has all earlier ones in its prompt.
            turns: f64 = 1.0 => WorkloadTurns("Turns", Requests,
                number(log(Count, 1.0, 1000.0).stops(&[1.0, 3.0, 10.0, 30.0, 100.0])));
            /// Standard deviation of lengths over their mean; a file's `length_file` measures it.
            length_spread: f64 = 0.0 => WorkloadLengthSpread("Length spread", Requests,
                number(linear(Ratio, 0.0, 5.0, 0.1).plausible(0.0, 1.2)));
        }

        /// What users are promised.
        target: Target, alone {
            /// Promised time to first token, for the percentile of the promise.
            ttft_ms: Option<f64> = None => TargetTtftMs("TTFT target", Requests,
                number(log(Milliseconds, 10.0, 600_000.0).stops(&[200.0, 500.0, 1e3, 5e3])));
            /// Promised time per output token, for the percentile of the promise.
            tpot_ms: Option<f64> = None => TargetTpotMs("TPOT target", Requests,
                number(log(Milliseconds, 0.1, 10_000.0).stops(&[10.0, 20.0, 50.0, 100.0])));
            /// Promised output tokens per second of each user, for the percentile of the promise.
            tokens_per_s_per_user: Option<f64> = None => TargetTokensPerSPerUser("User rate", Requests,
                number(log(TokensPerSecond, 0.1, 10_000.0).stops(&[10.0, 20.0, 50.0, 100.0])));
            /// Promised time from request to last token, for the percentile of the promise.
            request_ms: Option<f64> = None => TargetRequestMs("Request target", Requests,
                number(log(Milliseconds, 10.0, 86_400_000.0).stops(&[1e3, 1e4, 6e4])));
            /// For whom the promise holds: the mean, or that share of the requests.
            percentile: Percentile = Percentile::Mean => TargetPercentile("Percentile", Requests,
                words(Percentile::IDS));
        }

        /// How the model is served.
        serving: Serving, alone {
            /// Concurrent requests per replica; more amortize weight reads but add latency.
            batch_size: Batch = Batch::Requests(32.0) => ServingBatchSize("Batch", Main,
                number(binary(Count, 1.0, MAX_BATCH).stops(&[1.0, 8.0, 32.0, 128.0, 512.0, 2048.0])
                    .or_word(MAX).plausible(8.0, 128.0)));
            /// The accelerator for serving, if different from the main one.
            gpu: Option<GpuId> = None => ServingGpu("Serving GPU", Serving,
                gpu().follows(|s, _| resolve::serving_gpu(s).value()));
            /// The serving engine; each has its own measured overheads.
            engine: ServingEngine = ServingEngine::Vllm => ServingEngine("Engine", Serving,
                words(ServingEngine::IDS));
            /// Constants calibrated from your own measurements (`whatif calibrate`), or those of published ones.
            profile: Option<ProfileId> = None => ServingProfile("Profile", Serving, profile());
            /// Date of the serving software; old software is slower.
            software_date: Option<f64> = None => ServingSoftwareDate("Serving stack", Serving,
                number(linear(Date, 24_192.0, 24_431.0, 1.0).whole().stops(JANUARIES))
                    .follows(|s, c| resolve::serving_software_month(s, c).value()));
            /// Precision of the served weights; auto is the one in which the model is published.
            weight_precision: Option<Precision> = None => ServingWeightPrecision("Weights", Serving,
                words(const { &ids_of([Bf16, Fp16, Fp8, Int8, Int4, Fp4]) })
                    .follows(|s, c| resolve::weight_precision(s, &resolve::served_shape(s, c)).value()));
            /// Precision of the KV cache.
            kv_precision: Option<Precision> = None => ServingKvPrecision("KV cache", Serving,
                words(const { &ids_of([Bf16, Fp16, Fp8, Int8, Fp4]) }).follows(|_, _| Bf16.value()));
            /// GPUs that split each layer; auto picks what meets the target with the fewest GPUs at the peak.
            tensor_parallel: Option<f64> = None => ServingTensorParallel("Tensor par.", Serving,
                number(binary(Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0, 16.0]))
                    .chosen(|outcome| {
                        served(outcome).map(|main| degree(main.plan.deployment.layout.tensor_parallel)).value()
                    }));
            /// Stages that each hold a part of the layers; auto takes them beyond one server.
            pipeline_parallel: Option<f64> = None => ServingPipelineParallel("Pipeline par.", Serving,
                number(binary(Count, 1.0, 64.0).stops(&[1.0, 2.0, 4.0, 8.0]))
                    .chosen(|outcome| {
                        served(outcome).map(|main| degree(main.plan.deployment.layout.pipeline_parallel)).value()
                    }));
            /// GPUs in a replica that hold whole experts rather than a slice of each.
            expert_parallel: Option<f64> = None => ServingExpertParallel("Expert par.", Serving,
                number(binary(Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0, 16.0]))
                    .chosen(|outcome| {
                        served(outcome).map(|main| degree(main.plan.deployment.layout.expert_parallel)).value()
                    }));
            /// Each GPU attends to requests of its own and shares the experts; auto where it is cheaper.
            attention_data_parallel: Option<bool> = None => ServingAttentionDataParallel("Attention DP", Serving,
                flag().chosen(|outcome| {
                    served(outcome).map(|main| main.plan.deployment.layout.attention_data_parallel).value()
                }));
            /// GPUs of their own read the prompts and send the cache on.
            disaggregated: bool = false => ServingDisaggregated("Disaggregated", Serving, flag());
            /// Share of the GPUs that read prompts; auto is as many as keep up.
            prefill_share: Option<f64> = None => ServingPrefillShare("Prefill share", Serving,
                number(share().between(0.01, 0.99).plausible(0.2, 0.6)));
            /// Guess tokens ahead and verify them together: own head, small model, or prompt.
            speculation: SpeculationMethod = SpeculationMethod::None => ServingSpeculation("Speculation", Serving,
                words(SpeculationMethod::IDS));
            /// Tokens guessed in each step.
            draft_tokens: Option<f64> = None => ServingDraftTokens("Draft tokens", Serving,
                number(linear(Count, 1.0, 32.0, 1.0).whole().plausible(1.0, 8.0))
                    .follows(|s, _| resolve::draft_tokens(s.serving.speculation).value()));
            /// Share of guesses that hold, given that those before held; mind your own prompts.
            acceptance_rate: Option<f64> = None => ServingAcceptanceRate("Acceptance", Serving,
                number(share().between(0.0, 1.0).plausible(0.4, 0.9))
                    .follows(|s, _| resolve::acceptance(s.serving.speculation).value()));
            /// The model that guesses.
            draft_model: Option<ModelId> = None => ServingDraftModel("Draft model", Serving, model());
            /// In flight for the latencies shown; if closed or burst, also for the promise, hence layout.
            concurrency: Option<f64> = None => ServingConcurrency("Concurrency", Serving,
                number(binary(Count, 1.0, MAX_BATCH).stops(&[1.0, 8.0, 32.0, 128.0, 512.0, 2048.0]))
                    .chosen(|outcome| served(outcome).map(|main| main.latencies.in_flight).value()));
            /// Continuous: requests join and leave at any step; static: they go as a group.
            batching: Batching = Batching::Continuous => ServingBatching("Batching", Serving,
                words(Batching::IDS));
            /// Planned load at peak as a share of capacity; the rest absorbs bursts.
            target_utilization: f64 = 0.7 => ServingTargetUtilization("Planned load", Serving,
                number(share().between(0.05, 1.0).plausible(0.4, 0.9)));
            /// Scale with the daily curve, half an hour around it, not for the peak all day.
            autoscaling: bool = false => ServingAutoscaling("Autoscaling", Serving, flag());
            /// Replicas kept running at all times.
            min_replicas: f64 = 1.0 => ServingMinReplicas("Min replicas", Serving,
                number(linear(Count, 0.0, 10_000.0, 1.0).whole()));
            /// Seconds until a new replica answers; paid, and the wait of a first request.
            cold_start_s: f64 = 300.0 => ServingColdStartS("Cold start", Serving,
                number(log(Seconds, 1.0, 7200.0).stops(&[30.0, 60.0, 300.0, 900.0]).plausible(60.0, 900.0)));
            /// On-demand price of a serving GPU; defaults to the price basis.
            price_per_gpu_hour: Option<f64> = None => ServingPricePerGpuHour("Serving price", Money,
                number(log(UsdPerHour, LEAST_USD_PER_HOUR, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0]))
                    .follows(|s, c| pricing::serving_price(s, c).value()).unset("no price: set one"));
            /// Share of peak capacity under a contract: paid around the clock, used or not.
            reserved_share: f64 = 0.0 => ServingReservedShare("Contract share", Money, number(share()));
            /// Term of that contract; twelve and thirty-six months have published prices.
            commitment_months: f64 = 12.0 => ServingCommitmentMonths("Serving term", Money,
                number(linear(Months, 1.0, 60.0, 1.0).whole().stops(&[1.0, 12.0, 36.0])));
            /// Share of peak capacity on spot, beyond what is owned or under contract.
            spot_share: f64 = 0.0 => ServingSpotShare("Serving spot", Money, number(share()));
            /// Spot discount on the price of a serving GPU; defaults to the basis's spot price.
            spot_discount: Option<f64> = None => ServingSpotDiscount("Spot discount", Money,
                number(share().between(0.0, 0.95).band("typical", 0.6, 0.9))
                    .follows(|s, c| pricing::serving_spot_discount(s, c).value()));
            /// Share of peak capacity on owned hardware: paid around the clock, used or not.
            owned_share: f64 = 0.0 => ServingOwnedShare("Serving owned", Money, number(share()));
        }

        /// The hardware for serving, and for training unless another is known.
        hardware: Hardware, alone {
            /// The accelerator for serving, and for training unless another is known.
            gpu: GpuId = GpuId(0) => HardwareGpu("GPU", Main, gpu());
        }

        /// The training run and what it costs.
        training: Training, alone {
            /// Pretrain from scratch, fine-tune all weights, or train adapters only.
            method: TrainingMethod = TrainingMethod::Pretrain => TrainingMethod("Method", Training,
                words(TrainingMethod::IDS));
            /// Training tokens; defaults to the developer's own figure.
            tokens: Option<f64> = None => TrainingTokens("Tokens", Training,
                number(log(Tokens, 1e6, 1e15).stops(&[1e9, 1e10, 1e11, 1e12, 1e13]))
                    .follows(|s, c| resolve::training_tokens(s, c).value()));
            /// The accelerator for the run; defaults to the one that trained the model.
            gpu: Option<GpuId> = None => TrainingGpu("Training GPU", Training,
                gpu().follows(|s, c| resolve::training_gpu(s, c).value()));
            /// GPUs in the run; more finish sooner, up to one for each sequence of a step, but lose more to communication.
            gpus: Option<f64> = None => TrainingGpus("Training GPUs", Training,
                number(binary(Count, 1.0, 1_048_576.0).stops(&[8.0, 64.0, 512.0, 4096.0, 32_768.0]))
                    .chosen(|outcome| outcome.training.run.gpus.value()));
            /// Precision of the matrix multiplications.
            precision: Option<Precision> = None => TrainingPrecision("Precision", Training,
                words(const { &ids_of([Fp32, Tf32, Fp16, Bf16, Fp8, Fp4]) })
                    .follows(|s, c| resolve::training_precision(s, c).value()));
            /// Activation checkpointing; full drops activations and redoes the forward pass.
            recompute: Option<Recompute> = None => TrainingRecompute("Recompute", Training,
                words(Recompute::IDS).chosen(|outcome| outcome.training.run.recompute.value()));
            /// Sequence length in training.
            sequence_length: Option<f64> = None => TrainingSequenceLength("Train sequence", Training,
                number(binary(Context, 128.0, 1_048_576.0).stops(CONTEXTS))
                    .follows(|s, c| resolve::training_sequence(s, c).value()));
            /// Tokens per optimizer step.
            global_batch_tokens: Option<f64> = None => TrainingGlobalBatchTokens("Global batch", Training,
                number(log(Tokens, 1e3, 1e9).stops(&[1e6, 4e6, 16e6, 64e6]))
                    .chosen(|outcome| outcome.training.run.global_batch_tokens.value()));
            /// GPUs that split each layer; the remaining degree is data-parallel replicas.
            tensor_parallel: Option<f64> = None => TrainingTensorParallel("Tensor par.", Training,
                number(binary(Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0]))
                    .chosen(|outcome| degree(outcome.training.run.tensor_parallel).value()));
            /// Stages that the layers are split into; part of each step idles in the bubble.
            pipeline_parallel: Option<f64> = None => TrainingPipelineParallel("Pipeline par.", Training,
                number(binary(Count, 1.0, 256.0).stops(&[1.0, 4.0, 8.0, 16.0]))
                    .chosen(|outcome| degree(outcome.training.run.pipeline_parallel).value()));
            /// GPUs that whole experts are spread across.
            expert_parallel: Option<f64> = None => TrainingExpertParallel("Expert par.", Training,
                number(binary(Count, 1.0, 512.0).stops(&[1.0, 8.0, 16.0, 64.0]))
                    .chosen(|outcome| degree(outcome.training.run.expert_parallel).value()));
            /// GPUs that share each sequence, handing its keys and values round.
            context_parallel: Option<f64> = None => TrainingContextParallel("Context par.", Training,
                number(binary(Count, 1.0, 256.0).stops(&[1.0, 2.0, 4.0, 8.0]))
                    .chosen(|outcome| degree(outcome.training.run.context_parallel).value()));
            /// Date of the training software; old software is slower, most of all on chips that were new then.
            software_date: Option<f64> = None => TrainingSoftwareDate("Training stack", Training,
                number(linear(Date, 24_192.0, 24_431.0, 1.0).whole().stops(JANUARIES))
                    .follows(|s, c| resolve::training_software_month(s, c).value()));
            /// Steady model FLOPs utilization, if known; otherwise computed from the step.
            mfu: Option<f64> = None => TrainingMfu("MFU", Training,
                number(share().between(0.01, 1.0)).chosen(|outcome| outcome.training.run.mfu.value()));
            /// Share of billed time that advances the run, not restarts or evaluation.
            goodput: Option<f64> = None => TrainingGoodput("Goodput", Training,
                number(share().between(0.05, 1.0).plausible(0.65, 0.97))
                    .chosen(|outcome| outcome.training.run.goodput.value()));
            /// On-demand price of a training GPU; defaults to the price basis.
            price_per_gpu_hour: Option<f64> = None => TrainingPricePerGpuHour("Training price", Money,
                number(log(UsdPerHour, LEAST_USD_PER_HOUR, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0]))
                    .follows(|s, c| pricing::training_price(s, c).value()).unset("no price: set one"));
            /// Share of training under a contract.
            reserved_share: f64 = 0.0 => TrainingReservedShare("Train contract", Money, number(share()));
            /// Term of that contract; twelve and thirty-six months have published prices.
            commitment_months: f64 = 12.0 => TrainingCommitmentMonths("Training term", Money,
                number(linear(Months, 1.0, 60.0, 1.0).whole().stops(&[1.0, 12.0, 36.0])));
            /// Share of the run's GPUs on spot; losing one server stops the whole run.
            spot_share: f64 = 0.0 => TrainingSpotShare("Training spot", Money, number(share()));
            /// Spot discount on the price of a training GPU; defaults to the basis's spot price.
            spot_discount: Option<f64> = None => TrainingSpotDiscount("Spot discount", Money,
                number(share().between(0.0, 0.95).band("typical", 0.6, 0.9))
                    .follows(|s, c| pricing::training_spot_discount(s, c).value()));
            /// Minutes between checkpoints; auto takes the interval that loses least.
            checkpoint_minutes: Option<f64> = None => TrainingCheckpointMinutes("Checkpoints", Money,
                number(log(Minutes, 1.0, 1440.0).stops(&[10.0, 30.0, 60.0, 240.0])));
            /// Minutes from an interruption until the run goes on.
            restart_minutes: f64 = 15.0 => TrainingRestartMinutes("Restart", Money,
                number(log(Minutes, 1.0, 1440.0).stops(&[5.0, 15.0, 60.0]).plausible(5.0, 60.0)));
            /// Share of training in off-peak hours; beyond ten hours a day, the run waits.
            off_peak_share: f64 = 0.0 => TrainingOffPeakShare("Off-peak", Money, number(share()));
            /// Off-peak discount on the price of a training GPU.
            off_peak_discount: f64 = 0.2 => TrainingOffPeakDiscount("Off-peak disc.", Money,
                number(share().between(0.0, 0.9).plausible(0.1, 0.4)));
            /// Share of training on owned hardware.
            owned_share: f64 = 0.0 => TrainingOwnedShare("Training owned", Money, number(share()));
            /// Compute of pretraining relative to the final run: trials and failed runs included.
            experiments: f64 = 2.2 => TrainingExperiments("Experiments", Money,
                number(linear(Ratio, 1.0, 20.0, 0.2).plausible(1.2, 4.0)));
            /// Trial runs before the final fine-tune or adapter; each costs as much.
            trials: f64 = 3.0 => TrainingTrials("Trials", Money,
                number(linear(Count, 0.0, 100.0, 1.0).whole().plausible(1.0, 10.0)));
            /// Share of the experiments or trials that an automated pipeline saves.
            automation: f64 = 0.0 => TrainingAutomation("Automation", Money, number(share()));
            /// Data that is bought, licensed or labeled; nothing is counted unless stated.
            data_usd: f64 = 0.0 => TrainingDataUsd("Data", Money, number(linear(Usd, 0.0, 1e10, 10_000.0)));
            /// New model versions per year after the first.
            versions_per_year: f64 = 0.0 => TrainingVersionsPerYear("Versions/year", Money,
                number(linear(Count, 0.0, 52.0, 1.0)));
            /// Cost of each new version relative to the first.
            update_cost_share: f64 = 0.2 => TrainingUpdateCostShare("Update cost", Money,
                number(share().between(0.0, 2.0).plausible(0.05, 0.5)));
            /// What a new version earns or saves per month; gives its payback time.
            version_value_usd_per_month: Option<f64> = None =>
                TrainingVersionValueUsdPerMonth("Version value", Money,
                number(log(Usd, 1.0, 1e12)));
        }

        /// Electricity and owned hardware.
        power: Power, alone {
            /// Electricity price, USD per kWh.
            electricity_usd_per_kwh: f64 = 0.0826 => PowerElectricityUsdPerKwh("Electricity", Money,
                number(linear(Usd, 0.0, 1.0, 0.01).plausible(0.06, 0.15)));
            /// Facility power relative to server power: cooling and conversion losses.
            pue: f64 = 1.2 => PowerPue("PUE", Money,
                number(linear(Ratio, 1.0, 3.0, 0.05).plausible(1.1, 1.4)));
            /// Server power relative to the power of its GPUs.
            server_power_ratio: f64 = 1.8 => PowerServerPowerRatio("Server power", Money,
                number(linear(Ratio, 1.0, 3.0, 0.1).plausible(1.4, 2.0)));
            /// Share of rated power drawn under load.
            draw: f64 = 0.75 => PowerDraw("Power draw", Money,
                number(share().between(0.05, 1.0).plausible(0.6, 0.9)));
            /// Network as a share of the price of an owned cluster.
            interconnect_share: f64 = 0.19 => PowerInterconnectShare("Network share", Money,
                number(share().between(0.0, 0.9).plausible(0.1, 0.25)));
            /// Years for which owned hardware is used.
            lifetime_years: f64 = 4.0 => PowerLifetimeYears("Lifetime", Money,
                number(linear(Years, 1.0, 15.0, 1.0).plausible(3.0, 6.0)));
            /// Interest on what is bought, a year.
            cost_of_capital: f64 = 0.1 => PowerCostOfCapital("Interest", Money,
                number(linear(Share, 0.0, 0.5, 0.01).plausible(0.06, 0.14)));
            /// What owned hardware is still worth at the end of its life.
            residual_share: f64 = 0.2 => PowerResidualShare("Residual", Money,
                number(share().plausible(0.05, 0.3)));
            /// Support and spare parts a year, as a share of the price.
            support_share: f64 = 0.05 => PowerSupportShare("Support", Money,
                number(linear(Share, 0.0, 0.3, 0.01).plausible(0.03, 0.08)));
            /// Hands in the data center, USD per GPU per month.
            hands_usd_per_gpu_month: f64 = 15.0 => PowerHandsUsdPerGpuMonth("Hands", Money,
                number(linear(Usd, 0.0, 1000.0, 5.0).plausible(5.0, 40.0)));
            /// Colocation for owned hardware, USD per kW per month.
            colocation_usd_per_kw_month: f64 = 150.0 => PowerColocationUsdPerKwMonth("Colocation", Money,
                number(linear(Usd, 0.0, 1000.0, 10.0).plausible(120.0, 200.0)));
        }

        /// Whose prices count, and how they move.
        prices: Prices, alone {
            /// Whose prices count: every comparison of GPUs is made on one basis.
            basis: Basis = Basis::Market => PricesBasis("Price basis", Money, words(Basis::IDS));
            /// How soon an API answers; not every API has each service.
            api_service: ApiService = ApiService::Standard => PricesApiService("API service", Money,
                words(ApiService::IDS));
            /// Change of rented prices a year over the horizon; they rise as well as fall.
            change_per_year: f64 = 0.0 => PricesChangePerYear("Price change", Money,
                number(linear(Share, -0.9, 2.0, 0.05).plausible(-0.2, 0.2)));
            /// Discount of later spending a year (NPV); 0 counts every dollar alike.
            discount_rate: f64 = 0.0 => PricesDiscountRate("Discount rate", Money,
                number(linear(Share, 0.0, 0.5, 0.01)));
            /// Months from one generation of hardware to the next; unset: no refresh.
            refresh_months: Option<f64> = None => PricesRefreshMonths("Refresh", Money,
                number(linear(Months, 6.0, 120.0, 6.0).whole()).unset("never"));
            /// Cost of the same work that each new generation saves.
            refresh_saving: f64 = 0.3 => PricesRefreshSaving("Refresh saves", Money,
                number(share().between(0.0, 0.9)));
            /// Mean hours between interruptions of one spot server.
            spot_hours_between_interruptions: f64 = 24.0 =>
                PricesSpotHoursBetweenInterruptions("Spot lasts", Money,
                number(log(Hours, 0.5, 2000.0).stops(&[6.0, 24.0, 72.0, 720.0]).plausible(6.0, 72.0)));
            /// Storage of data and checkpoints, USD per GB per month.
            storage_usd_per_gb_month: f64 = 0.07 => PricesStorageUsdPerGbMonth("Storage", Money,
                number(linear(Usd, 0.0, 1.0, 0.01).plausible(0.02, 0.10)));
        }

        /// People: paid by the month, whatever the hardware does.
        people: People, alone {
            /// Engineers on one version of the model; defaults to the size of the run.
            training_engineers: Option<f64> = None => PeopleTrainingEngineers("Train team", People,
                number(linear(Count, 0.0, 10_000.0, 1.0))
                    .follows(|s, c| pricing::training_engineers(s, c, &resolve::shape(&s.model, c)).value()));
            /// Months they work on it; defaults to the size of the run.
            training_months: Option<f64> = None => PeopleTrainingMonths("Train months", People,
                number(linear(Months, 0.0, 120.0, 1.0))
                    .follows(|s, c| pricing::training_months(s, c, &resolve::shape(&s.model, c)).value()));
            /// Engineers who keep the service running; defaults to the work of a day.
            serving_engineers: Option<f64> = None => PeopleServingEngineers("Serve team", People,
                number(linear(Count, 0.0, 10_000.0, 1.0))
                    .follows(|s, c| pricing::serving_engineers(s, &resolve::shape(&s.model, c)).value()));
            /// What an engineer costs a year: salary, equity and overhead.
            usd_per_year: f64 = 400_000.0 => PeopleUsdPerYear("Salary/year", People,
                number(linear(Usd, 0.0, 5e6, 10_000.0).plausible(200_000.0, 600_000.0)));
        }

        /// Routing of simple queries to a smaller model.
        routing: Routing, together {
            /// The model that handles simple queries.
            small_model: Option<ModelId> = None => RoutingSmallModel("Small model", Strategies, model());
            /// Share of requests routed to the small model.
            share: f64 = 0.0 => RoutingShare("Routed", Strategies, number(share().plausible(0.2, 0.7)));
            /// The accelerator of the small model; auto estimates the cheapest of the same maker.
            gpu: Option<GpuId> = None => RoutingGpu("Small GPU", Strategies,
                gpu().follows(|s, c| small_gpu(s, c).value()));
            /// Concurrent requests per replica of the small model; auto is no slower than the main one.
            batch_size: Option<f64> = None => RoutingBatchSize("Small batch", Strategies,
                number(binary(Count, 1.0, MAX_BATCH))
                    .chosen(|outcome| small(outcome).map(|pool| pool.replica.batch).value()));
        }

        /// Requests answered on users' own devices.
        edge: EdgeChoice, alone {
            /// Share of requests answered on users' own devices.
            share: f64 = 0.0 => EdgeShare("Edge", Strategies, number(share()));
            /// Cost of a request answered on a device.
            cost_per_request: f64 = 0.0001 => EdgeCostPerRequest("Edge cost", Strategies,
                number(log(Usd, 1e-7, 1.0)));
            /// Network latency saved by answering on a device.
            latency_saved_ms: f64 = 50.0 => EdgeLatencySavedMs("Edge saves", Strategies,
                number(linear(Milliseconds, 0.0, 2000.0, 10.0)));
        }

        /// Budgets.
        budget: Budget, alone {
            /// Budget for training, experiments and staff included.
            training_usd: Option<f64> = None => BudgetTrainingUsd("Train budget", Governance,
                number(log(Usd, 1.0, 1e12)).unset("not set"));
            /// Monthly inference budget; an article, unverified, has enterprises at $50k to $500k.
            monthly_inference_usd: Option<f64> = None => BudgetMonthlyInferenceUsd("Monthly budget", Governance,
                number(log(Usd, 1.0, 1e12).band("enterprise", 50e3, 500e3)).unset("not set"));
        }

        /// Actual spending and measurements.
        actual: Actual, alone {
            /// What training actually cost, as billed.
            training_usd: Option<f64> = None => ActualTrainingUsd("Actual train", Governance,
                number(log(Usd, 1.0, 1e12)).unset("not set"));
            /// What a month of inference actually costs, as billed.
            monthly_inference_usd: Option<f64> = None => ActualMonthlyInferenceUsd("Actual month", Governance,
                number(log(Usd, 1.0, 1e12)).unset("not set"));
            /// Measured cost per request.
            usd_per_request: Option<f64> = None => ActualUsdPerRequest("Actual/request", Governance,
                number(log(Usd, 1e-9, 1e3)).unset("not set"));
            /// Measured fleet utilization.
            utilization: Option<f64> = None => ActualUtilization("Actual util.", Governance,
                number(share()).unset("not set"));
            /// Measured mean time to first token.
            ttft_ms: Option<f64> = None => ActualTtftMs("Actual TTFT", Governance,
                number(log(Milliseconds, 0.1, 600_000.0)).unset("not set"));
        }

        /// Answers to the questions that advice asks.
        advice: AdviceAnswers, alone {
            /// Models are developed or fine-tuned often.
            develops_often: Option<bool> = None => AdviceDevelopsOften("Develops often", Governance, flag());
            /// Research comes before production.
            research_first: Option<bool> = None => AdviceResearchFirst("Research first", Governance, flag());
            /// Model quality drives the business.
            quality_moves_business: Option<bool> = None =>
                AdviceQualityMovesBusiness("Quality counts", Governance,
                flag());
            /// The model is stable and serves production traffic.
            stable_model: Option<bool> = None => AdviceStableModel("Stable model", Governance, flag());
            /// A platform is being built.
            building_platform: Option<bool> = None => AdviceBuildingPlatform("Platform", Governance, flag());
            /// The model is updated continuously.
            continuous_updates: Option<bool> = None => AdviceContinuousUpdates("Always updated", Governance,
                flag());
            /// Velocity and efficiency both matter.
            velocity_and_efficiency: Option<bool> = None =>
                AdviceVelocityAndEfficiency("Both matter", Governance,
                flag());
            /// Training and inference each have a dedicated team.
            dedicated_teams: Option<bool> = None => AdviceDedicatedTeams("Two teams", Governance, flag());
        }

        [
            /// A service tier: its share of traffic, batch size, latency target and GPU price.
            tier: Tier {
                /// Share of requests in this tier.
                share: f64 = 0.0 => Tier1Share Tier2Share Tier3Share Tier4Share("share", Strategies,
                    number(share()));
                /// Concurrent requests per replica in this tier; auto fills it within the target, no slower than the main pool.
                batch_size: Option<f64> = None =>
                    Tier1BatchSize Tier2BatchSize Tier3BatchSize Tier4BatchSize("batch", Strategies,
                    number(binary(Count, 1.0, MAX_BATCH)));
                /// The accelerator of this tier; defaults to that of the main pool.
                gpu: Option<GpuId> = None => Tier1Gpu Tier2Gpu Tier3Gpu Tier4Gpu("GPU", Strategies,
                    gpu().follows(|s, _| resolve::serving_gpu(s).value()));
                /// Target mean time to first token in this tier.
                latency_target_ms: Option<f64> = None =>
                    Tier1LatencyTargetMs Tier2LatencyTargetMs Tier3LatencyTargetMs Tier4LatencyTargetMs(
                    "target", Strategies, number(log(Milliseconds, 10.0, 600_000.0))
                        .follows(|s, _| s.workload.latency_target_ms.value()));
                /// GPU price relative to the main pool; below 1 for spot or off-peak capacity.
                price_factor: f64 = 1.0 =>
                    Tier1PriceFactor Tier2PriceFactor Tier3PriceFactor Tier4PriceFactor("price", Strategies,
                    number(linear(Ratio, 0.1, 3.0, 0.1)));
            }
        ]
    }
    };
}

pub(crate) use parameters;
